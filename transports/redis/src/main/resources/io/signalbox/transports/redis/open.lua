-- Creates or resumes a session for a new owner: {went on, subscriptions, what its last owner left unsettled,
-- how many its queue had no room for, 1 if more of it must go by trim.lua before anything is taken}.
local session, token, node = arg(), arg(), arg()
local now, clean, expiry, deadMax = timeArg(), arg(), arg(), num()
local max, bytes, overflow = arg(), arg(), arg()

local key = P .. 'session:' .. session
local found = pairsOf(redis.call('HGETALL', key))
local keep = false
if found.expiry then
  local life, detached = tonumber(found.expiry), tonumber(found.detached)
  keep = clean ~= '1' and life ~= 0 and not (life > 0 and detached > 0 and now - detached >= life)
  if found.owner ~= '' then
    redis.call('PUBLISH', P .. 'to:' .. found.node, 't' .. found.owner)
    redis.call('SREM', P .. 'node:' .. found.node, session)
  end
  if not keep then
    removeSession(session, found.owner)
  elseif found.owner ~= '' then
    for _, field in ipairs(redis.call('HKEYS', P .. 'subscriptions:' .. session)) do
      local shared = sharedQueueOf(field)
      if shared then giveBack(shared, found.owner) end
    end
  end
end

redis.call('HSET', key, 'owner', token, 'node', node, 'expiry', expiry, 'detached', '0',
  'max', max, 'bytes', bytes, 'overflow', overflow)
redis.call('SADD', P .. 'sessions', session)
redis.call('SADD', P .. 'node:' .. node, session)
redis.call('ZADD', P .. 'nodes', 'NX', 0, node) -- known from its first session on, however soon it dies
redis.call('ZREM', P .. 'expiring', session)
ensureGroup('s:' .. session)
local queue = {name = 's:' .. session, max = tonumber(max), bytes = tonumber(bytes), overflow = overflow}
local more = enforce(queue, now, deadMax, 0)
change('what', 'here', 'session', session, 'node', node, 'max', max, 'bytes', bytes, 'overflow', overflow)

local left = redis.call('HGETALL', P .. 'left:s:' .. session)
redis.call('DEL', P .. 'left:s:' .. session)
return {keep and 1 or 0, redis.call('HGETALL', P .. 'subscriptions:' .. session), left,
  tonumber(redis.call('HGET', P .. 'dropped', 's:' .. session) or '0'), more and 1 or 0}
