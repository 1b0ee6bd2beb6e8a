/**
 * The steps, one script each. They never ask the time: every time comes with the call, and Redis is told when to collect.
 * A client may send a call again whose answer it has lost (ioredis does, unless told otherwise), so every call that writes comes with a name of its
 * own, and a step finds out that it has been taken by this very call.
 *
 * Numbers are compared in Lua but never made there, since a Lua number above 2^53 or printed in its own way would be another one.
 *
 * @module
 */

import { FOUND_FIELDS } from './records.ts';

/** A script; what it is given is said in its text. */
export interface Script {
  readonly text: string;
}

/** The most entries in one message. Where a step ends more, the message says only that there is something to read. */
export const ENTRIES_IN_MESSAGE = 100;

/**
 * What every writing script begins with. A step that ends something enters it into the feed in the same script, so that neither is
 * ever there without the other. Publishing may fail, for want of a right to the channel: watchers then find it by the version.
 */
const WRITING = `
local FEED, VERSION, TOUCH = KEYS[1], KEYS[2], KEYS[3]
local at, cutoff, till, nonce, channel, bucket, collect, waits = unpack(ARGV, 1, 8)
local entries, before = {}, ''

local function collectAfter(key, last)
  redis.call('PEXPIREAT', key, string.format('%.0f', math.max(tonumber(last), tonumber(at)) + tonumber(collect)))
end

-- The version goes first: a step that is cut off midway shows at the next comparison.
local function enter(entry, last)
  if #entries == 0 then
    before = redis.call('GET', VERSION) or ''
    redis.call('SET', VERSION, nonce)
    collectAfter(VERSION, last)
  end
  entries[#entries + 1] = entry
  redis.call('ZADD', FEED, last, entry)
end

local function tell()
  if #entries == 0 then return end
  redis.call('ZREMRANGEBYSCORE', FEED, '-inf', cutoff)
  local last = redis.call('ZREVRANGE', FEED, 0, 0, 'WITHSCORES')[2] or at
  collectAfter(FEED, last)
  collectAfter(VERSION, last)
  local list = 'null'
  if #entries <= ${ENTRIES_IN_MESSAGE} then list = '[' .. table.concat(entries, ',') .. ']' end
  redis.pcall('PUBLISH', channel, '{"bucket":' .. bucket .. ',"before":"' .. before .. '","version":"' .. nonce .. '","entries":' .. list .. '}')
end

-- A step that was taken before is acknowledged again: WAIT has to have something to wait for.
local function again()
  if waits ~= '' then
    redis.call('SET', TOUCH, nonce)
    collectAfter(TOUCH, at)
  end
end
`;

/** Ends one session of the index KEYS[4]. Ids and reasons come as they stand in JSON. */
const ENDING = `
local INDEX = KEYS[4]

local function finish(id, key, endsAt, reason)
  redis.call('HSET', key, 'revokedAt', at, 'revokedFor', reason, 'endedBy', nonce)
  redis.call('ZREM', INDEX, id)
  local last = till
  if last == '' then last = endsAt end
  enter('{"session":"' .. id .. '","at":' .. at .. ',"until":' .. last .. ',"reason":' .. reason .. '}', last)
end
`;

/** When the refresh token of a turn expires. */
const EXPIRY = `
local function expiryIn(turn) return tonumber(string.match(turn, '^%[[^,]*,([^,]*)')) end
`;

/**
 * The index has one member that is no id, since a quote in an id is escaped: its score counts the subject's sessions, below zero, where
 * no end of a session is.
 */
const COUNTER = '"';

/** KEYS feed, version, touch, index, session; ARGV of writing, id, sessions, most others, onLimit, endsAt, revoked, fields … */
export const CREATE: Script = {
  text: `${WRITING}${ENDING}
local SESSION = KEYS[5]
local id, sessions, others, onLimit, endsAt, revoked = unpack(ARGV, 9, 14)
local maker = redis.call('HGET', SESSION, 'call')
if maker == nonce then return 'made' end
if maker then return 'exists' end
-- First, since a server without memory refuses it, and lets everything pass after the first write.
local count = redis.call('ZINCRBY', INDEX, -1, '${COUNTER}')
redis.call('ZREMRANGEBYSCORE', INDEX, 0, cutoff)

${EXPIRY}
local live, now = {}, tonumber(at)
if others ~= '' then
  for _, other in ipairs(redis.call('ZRANGEBYSCORE', INDEX, 0, '+inf')) do
    local key = sessions .. other
    local found = redis.call('HMGET', key, 'endsAt', 'turn', 'createdAt', 'order')
    if found[1] and now < tonumber(found[1]) and now < expiryIn(found[2]) then
      live[#live + 1] = { id = other, key = key, endsAt = found[1], created = tonumber(found[3]), order = tonumber(found[4]) }
    end
  end
  local beyond = #live - tonumber(others)
  if beyond > 0 and onLimit == 'refuse' then return 'limit' end
  table.sort(live, function(a, b)
    if a.created ~= b.created then return a.created < b.created end
    return a.order < b.order
  end)
  for n = 1, beyond do finish(live[n].id, live[n].key, live[n].endsAt, '"evicted"') end
end

redis.call('HSET', SESSION, 'call', nonce, 'order', string.sub(count, 2), unpack(ARGV, 15))
collectAfter(SESSION, endsAt)
if revoked == '' then redis.call('ZADD', INDEX, endsAt, id) end
collectAfter(INDEX, redis.call('ZREVRANGE', INDEX, 0, 0, 'WITHSCORES')[2])
tell()
return 'made'`,
};

/** KEYS session; ARGV how the turn to advance from begins, rotatedAt, the name of the call, fields … */
export const ADVANCE: Script = {
  text: `
local SESSION = KEYS[1]
local found = redis.call('HMGET', SESSION, 'turn', 'endsAt', 'revokedAt')
if not found[1] then return {} end
if string.sub(found[1], 1, #ARGV[1]) == ARGV[1] and not found[3] and tonumber(ARGV[2]) < tonumber(found[2]) then
  redis.call('HSET', SESSION, 'call', ARGV[3], unpack(ARGV, 4))
elseif redis.call('HGET', SESSION, 'call') ~= ARGV[3] then
  return {}
end
return ${foundIn('SESSION')}`,
};

/** KEYS feed, version, touch, index, session; ARGV of writing, id, reason */
export const REVOKE: Script = {
  text: `${WRITING}${ENDING}
local SESSION = KEYS[5]
local found = redis.call('HMGET', SESSION, 'endsAt', 'revokedAt', 'endedBy')
if not found[1] or found[2] then
  again()
  return found[3] == nonce and 1 or 0
end
finish(ARGV[9], SESSION, found[1], ARGV[10])
tell()
return 1`,
};

/** KEYS feed, version, touch, index; ARGV of writing, sessions, reason, the id to spare or what is none */
export const REVOKE_SUBJECT: Script = {
  text: `${WRITING}${ENDING}
local sessions, reason, except = unpack(ARGV, 9, 11)
local count = 0
for _, id in ipairs(redis.call('ZRANGEBYSCORE', INDEX, 0, '+inf')) do
  local key = sessions .. id
  if id ~= except then
    local endsAt = redis.call('HGET', key, 'endsAt')
    if endsAt then
      finish(id, key, endsAt, reason)
      count = count + 1
    end
  end
end
if count > 0 then
  redis.call('SET', TOUCH, nonce .. ' ' .. count)
  collectAfter(TOUCH, at)
else
  local last = redis.call('GET', TOUCH)
  if last and string.sub(last, 1, #nonce) == nonce then return tonumber(string.sub(last, #nonce + 2)) end
  again()
end
tell()
return count`,
};

/** For REVOKE_SUBJECT where no session is to be spared: no id, as {@link COUNTER} is none. */
export const NOBODY: string = COUNTER;

/** KEYS feed, version, touch, token; ARGV of writing, entry */
export const BLACKLIST: Script = {
  text: `${WRITING}
local TOKEN = KEYS[4]
if not redis.call('SET', TOKEN, nonce, 'NX') then
  again()
  return redis.call('GET', TOKEN) == nonce and 1 or 0
end
collectAfter(TOKEN, till)
enter(ARGV[9], till)
tell()
return 1`,
};

/** KEYS session */
export const FIND: Script = { text: `return ${foundIn('KEYS[1]')}` };

/** KEYS session or token or both, in this order; ARGV now, whether there is a session, whether there is a token */
export const IS_LIVE: Script = {
  text: `
if ARGV[2] ~= '' then
  local found = redis.call('HMGET', KEYS[1], 'endsAt', 'revokedAt')
  if not found[1] or found[2] or tonumber(ARGV[1]) >= tonumber(found[1]) then return 0 end
end
if ARGV[3] ~= '' and redis.call('EXISTS', KEYS[#KEYS]) == 1 then return 0 end
return 1`,
};

/** KEYS index; ARGV now, sessions */
export const LIST: Script = {
  text: `${EXPIRY}
local live, now = {}, tonumber(ARGV[1])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], 0, '+inf')) do
  local key = ARGV[2] .. id
  local found = redis.call('HMGET', key, 'endsAt', 'turn')
  if found[1] and now < tonumber(found[1]) and now < expiryIn(found[2]) then
    live[#live + 1] = ${foundIn('key')}
  end
end
return live`,
};

/** KEYS feed, version */
export const READ_FEED: Script = {
  text: "return { redis.call('GET', KEYS[2]) or '', redis.call('ZRANGE', KEYS[1], 0, -1) }",
};

/** KEYS versions */
export const READ_VERSIONS: Script = {
  text: `
local versions = {}
for n, key in ipairs(KEYS) do versions[n] = redis.call('GET', key) or '' end
return versions`,
};

function foundIn(key: string): string {
  return `redis.call('HMGET', ${key}, ${FOUND_FIELDS.map((name) => `'${name}'`).join(', ')})`;
}
