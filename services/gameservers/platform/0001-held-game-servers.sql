-- Which copy of connectors has the socket of a game server: when the copy is gone, nobody else says that its game servers are.
CREATE TABLE "heldGameServer" (
  "gameServerId" uuid PRIMARY KEY,
  "domainId" text NOT NULL,
  "connectorId" uuid NOT NULL
);
CREATE INDEX "heldGameServer_connectorId_idx" ON "heldGameServer" ("connectorId");
