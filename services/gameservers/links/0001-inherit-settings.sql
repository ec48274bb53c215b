ALTER TABLE "gameServerSettings"
  ADD CONSTRAINT "gameServerSettings_settingsId_fkey" FOREIGN KEY ("settingsId") REFERENCES "settings" ("id");
