import { Type } from 'typebox';
import { Search } from '../search.ts';
import { Empty, Nullable, Page, Strict, Uuid } from '../shapes.ts';
import { unavailable } from './unavailable.ts';

const discord = unavailable('Discord');
const text = Type.String();
/** Discord's own ids. */
const Snowflake = Type.String({ minLength: 16, maxLength: 20 });
const seen = 'VIEW_DISCORD_INFO';
const sent = 'SEND_DISCORD_MESSAGE';

const GuildOutput = Type.Object({ id: Uuid, name: text, discordId: text, takaroEnabled: Type.Boolean(), icon: Nullable(text) });
const DiscordEmbedInput = Type.Object({});
const MessageOutput = Type.Object({
  id: text,
  channelId: text,
  guildId: text,
  content: Type.Optional(text),
  embed: Type.Optional(DiscordEmbedInput),
});
const DiscordRoleOutput = Type.Object({ id: text, name: text, color: Type.Number() });
const DiscordChannelOutput = Type.Object({
  id: text,
  name: text,
  type: Type.Number(),
  parentId: Nullable(text),
  topic: Nullable(text),
});
const message = { message: Type.Optional(text), embed: Type.Optional(DiscordEmbedInput) };
const place = { channelId: Snowflake, messageId: Snowflake };
const messagePath = '/discord/channels/:channelId/messages/:messageId';
const id = (method: string): string => `DiscordController_${method}`;
const ofGuild = Strict({ id: Uuid });

export const DISCORD = [
  discord({
    method: 'POST',
    path: '/discord/guilds/search',
    id: id('search'),
    permission: seen,
    input: Search({
      filters: { name: text, discordId: text, takaroEnabled: Type.Boolean(), id: Uuid },
      search: ['name'],
      extend: 'ignored',
    }),
    output: Page(GuildOutput),
  }),
  discord({
    method: 'PUT',
    path: messagePath,
    id: id('updateMessage'),
    permission: sent,
    input: Strict({ ...place, ...message }),
    output: MessageOutput,
  }),
  discord({ method: 'DELETE', path: messagePath, id: id('deleteMessage'), permission: sent, input: Strict(place), output: Empty }),
  discord({
    method: 'POST',
    path: '/discord/channels/:id/message',
    id: id('sendMessage'),
    permission: sent,
    input: Strict({ id: Snowflake, ...message }),
    output: MessageOutput,
  }),
  discord({
    method: 'PUT',
    path: '/discord/guilds/:id',
    id: id('updateGuild'),
    permission: 'MANAGE_SETTINGS',
    input: Strict({ id: Uuid, takaroEnabled: Type.Optional(Type.Boolean()) }),
    output: GuildOutput,
  }),
  discord({
    method: 'GET',
    path: '/discord/guilds/:id/roles',
    id: id('getRoles'),
    permission: seen,
    input: ofGuild,
    output: Type.Array(DiscordRoleOutput),
  }),
  discord({
    method: 'GET',
    path: '/discord/guilds/:id/channels',
    id: id('getChannels'),
    permission: seen,
    input: ofGuild,
    output: Type.Array(DiscordChannelOutput),
  }),
  discord({
    method: 'GET',
    path: '/discord/invite',
    id: id('getInvite'),
    isPublic: true,
    input: Strict({}),
    output: Strict({ botInvite: text, devServer: text }),
  }),
];
