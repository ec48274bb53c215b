-- Events outlive the users whom they name, so that no foreign key of theirs refers to one. The other grants of 0001 stay:
-- "playerRole_roleId_fkey" of players refers to "role", "gameServerSettings_settingsId_fkey" of gameservers to "settings".
REVOKE REFERENCES ("id") ON "user" FROM takaro_events;
