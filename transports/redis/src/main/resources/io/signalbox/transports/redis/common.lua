-- In front of every script. KEYS[1] is the prefix of all keys, with the hash tag that keeps them in one slot; KEYS[2]
-- has the number of the instance's link that is in use, and the last argument that of the link that this comes by. What
-- a link that was given up still carries may come when the next one has done its work, and must not be done then.
local P = KEYS[1]
if KEYS[2] then
  local inUse = redis.call('GET', KEYS[2])
  if inUse and inUse ~= ARGV[#ARGV] then return redis.error_reply('LATE another link of this instance is in use') end
end
local GROUP = 'signalbox'
local FREE = 'free'

local at = 0
local function arg()
  at = at + 1
  return ARGV[at]
end
local function num()
  return tonumber(arg())
end

-- Numbers of 13 digits and more as digits: tostring would give an exponent.
local function int(n)
  return string.format('%.0f', n)
end

-- HGETALL's and XINFO's flat lists as a table.
local function pairsOf(list)
  local t = {}
  for i = 1, #list, 2 do t[list[i]] = list[i + 1] end
  return t
end

local function serverMillis()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- Now, in epoch milliseconds: by the server's clock, so that no two clocks are compared. Only tests give a time.
local function timeArg()
  local given = arg()
  return given == '' and serverMillis() or tonumber(given)
end

local function queueKey(name)
  return P .. 'queue:' .. name
end

local function sizeOf(fields)
  local size = 0
  for i = 1, #fields do size = size + #fields[i] end
  return size
end

-- The heaviest entry that was put into a queue since it was last found empty: what waits is no heavier, but for what
-- others have written there.
local heaviestPut = {}
local function heaviestOf(queue)
  heaviestPut[queue] = heaviestPut[queue] or tonumber(redis.call('HGET', P .. 'heaviest', queue) or '0')
  return heaviestPut[queue]
end

local function noteSize(queue, size)
  if size > heaviestOf(queue) then
    redis.call('HSET', P .. 'heaviest', queue, int(size))
    heaviestPut[queue] = size
  end
end

-- How many entries to ask for next, of so many and so many bytes that are left. What one weighs is not known before it
-- is here, so it is one first, and then as many as fit if none is heavier than the heaviest so far.
local CHUNK = 16
local function chunkOf(left, bytesLeft, heaviest)
  if heaviest == 0 then return 1 end
  return math.max(1, math.min(left, CHUNK, math.floor(bytesLeft / heaviest)))
end

-- Routes have changed: every node reads the change before its next publish goes through.
local function change(...)
  if redis.call('EXISTS', P .. 'epoch') == 0 then
    redis.call('SET', P .. 'epoch', int(serverMillis())) -- above all that a lost database had before
  end
  local epoch = redis.call('INCR', P .. 'epoch')
  redis.call('XADD', P .. 'changes', 'MAXLEN', '~', 10000, int(epoch) .. '-0', ...)
end

-- All nodes look into that queue.
local function wakeAll(queue)
  redis.call('PUBLISH', P .. 'news', 'w' .. queue)
end

local function ensureGroup(queue)
  redis.pcall('XGROUP', 'CREATE', queueKey(queue), GROUP, '0', 'MKSTREAM')
end

-- Everything that a consumer of a shared queue holds is free for the others.
local function giveBack(queue, consumer)
  local key = queueKey(queue)
  local moved = false
  while true do
    local held = redis.pcall('XPENDING', key, GROUP, '-', '+', 500, consumer)
    if held.err or #held == 0 then break end
    local claim = {}
    for i, one in ipairs(held) do claim[i] = one[1] end
    claim[#claim + 1] = 'JUSTID'
    redis.call('XCLAIM', key, GROUP, FREE, 0, unpack(claim))
    moved = true
  end
  redis.pcall('XGROUP', 'DELCONSUMER', key, GROUP, consumer)
  if moved then wakeAll(queue) end
end

-- A subscription's key: its share group, a zero byte, its filter. Nil for an ordinary one.
local function sharedQueueOf(field)
  local zero = string.find(field, '\0', 1, true)
  if zero == 1 then return nil end
  return 'g:' .. string.sub(field, 1, zero - 1) .. '/' .. string.sub(field, zero + 1)
end

local function deleteQueue(queue)
  redis.call('DEL', queueKey(queue), P .. 'left:' .. queue)
  for _, count in ipairs({'bytes', 'dropped', 'heaviest', 'held'}) do redis.call('HDEL', P .. count, queue) end
end

-- The last member takes the queue with it.
local function leaveGroup(queue, session)
  redis.call('SREM', P .. 'members:' .. queue, session)
  if redis.call('SCARD', P .. 'members:' .. queue) == 0 then deleteQueue(queue) end
end

local function removeSession(session, owner)
  for _, field in ipairs(redis.call('HKEYS', P .. 'subscriptions:' .. session)) do
    local shared = sharedQueueOf(field)
    if shared then
      giveBack(shared, owner)
      leaveGroup(shared, session)
    end
  end
  local node = redis.call('HGET', P .. 'session:' .. session, 'node')
  if node then redis.call('SREM', P .. 'node:' .. node, session) end
  deleteQueue('s:' .. session)
  redis.call('DEL', P .. 'subscriptions:' .. session, P .. 'session:' .. session)
  redis.call('SREM', P .. 'sessions', session)
  redis.call('ZREM', P .. 'expiring', session)
  change('what', 'end', 'session', session)
end

-- Its owner is gone: what is shared goes to others, and its time begins to run. False if it ends with its owner.
local function detachSession(session, owner, now)
  local key = P .. 'session:' .. session
  local expiry = tonumber(redis.call('HGET', key, 'expiry'))
  if expiry == 0 then
    removeSession(session, owner)
    return false
  end
  for _, field in ipairs(redis.call('HKEYS', P .. 'subscriptions:' .. session)) do
    local shared = sharedQueueOf(field)
    if shared then giveBack(shared, owner) end
  end
  redis.call('SREM', P .. 'node:' .. redis.call('HGET', key, 'node'), session)
  redis.call('HSET', key, 'owner', '', 'node', '', 'detached', int(now))
  if expiry > 0 then redis.call('ZADD', P .. 'expiring', int(now + expiry), session) end
  change('what', 'away', 'session', session)
  return true
end

-- Deaths that somebody has written: those that are such, with what is known of a death, the last hundred of them; and
-- whether that is all that was written. Whatever it is, it is no error: a script that fails is not undone.
local DEATHS_MAX = 100
local function deathsOf(text)
  local read, list = pcall(cjson.decode, text)
  if not read or type(list) ~= 'table' then return {}, false end
  local function number(value)
    local n = tonumber(value) or 0
    return n - n == 0 and n or 0 -- neither of the infinities, which no JSON can hold
  end
  local deaths, whole = {}, #list > 0 or next(list) == nil
  for _, one in ipairs(list) do
    if type(one) == 'table' and type(one.source) == 'string' and type(one.reason) == 'string' then
      deaths[#deaths + 1] = {source = one.source, reason = one.reason, count = number(one.count),
        first = number(one.first), last = number(one.last), attempts = number(one.attempts),
        detail = type(one.detail) == 'string' and one.detail or ''}
      if #deaths > DEATHS_MAX then table.remove(deaths, 1) end
    else
      whole = false
    end
  end
  return deaths, whole
end

-- A copy among the dead letters, with one more death in its history; once more, if there was this one before. Letters
-- that strangers have written, and that nobody could publish or read, are apart, a tenth as many: they push out no
-- other. What goes beyond the bound is counted. Of more fields than a script can hand on the last ones are cut.
local LETTER_VALUES_MAX = 7000
local function bury(fields, source, reason, detail, attempts, now, max)
  local deaths, out, cut = {}, {}, 0
  for i = 1, #fields, 2 do
    local name = fields[i]
    if name == 'sb-deaths' then
      deaths = deathsOf(fields[i + 1])
    elseif name == 'sb-not-before' or name == 'sb-retained' then
      -- It says where it was to go.
    elseif #out < LETTER_VALUES_MAX then
      out[#out + 1] = name
      out[#out + 1] = fields[i + 1]
    else
      cut = cut + 1
    end
  end
  local death
  for _, one in ipairs(deaths) do
    if one.source == source and one.reason == reason then death = one end
  end
  if not death then
    death = {source = source, reason = reason, count = 0, first = now}
    deaths[#deaths + 1] = death
  end
  death.count = death.count + 1
  death.last, death.detail, death.attempts = now, detail, attempts
  out[#out + 1] = 'sb-deaths'
  out[#out + 1] = cjson.encode(deaths)
  if cut > 0 then
    out[#out + 1] = 'sb-fields-cut'
    out[#out + 1] = int(cut)
  end
  local stream = 'dead'
  if source == 'in' or reason == 'malformed' then
    stream, max = 'dead:foreign', math.ceil(max / 10)
  end
  redis.call('XADD', P .. stream, '*', unpack(out))
  local dropped = redis.call('XTRIM', P .. stream, 'MAXLEN', '~', int(max))
  if dropped > 0 then redis.call('HINCRBY', P .. 'dropped', stream, dropped) end
end

-- A session's own queue is read without a list of pending entries: what it was given and has not settled is what is left
-- up to the group's last delivered id, and its number is in 'held'. Pending is only what somebody reads by hand.
local function pendingOf(queue)
  local pending = redis.pcall('XPENDING', queueKey(queue), GROUP)
  if not pending.err then return pending[1] end
  ensureGroup(queue) -- somebody has deleted it by hand, and nobody was given anything of the new one
  redis.call('HDEL', P .. 'held', queue)
  return 0
end

-- How many entries nobody has been given yet.
local function waiting(queue)
  local pending = pendingOf(queue)
  return redis.call('XLEN', queueKey(queue)) - pending - tonumber(redis.call('HGET', P .. 'held', queue) or '0')
end

-- Somebody is done with these entries.
local function settle(queue, ids)
  local key = queueKey(queue)
  local shared = string.sub(queue, 1, 2) == 'g:'
  local acked = (shared or pendingOf(queue) > 0) and redis.pcall('XACK', key, GROUP, unpack(ids)) or 0
  local deleted = redis.pcall('XDEL', key, unpack(ids))
  if not shared and type(deleted) == 'number' and type(acked) == 'number' and deleted > acked then
    redis.call('HINCRBY', P .. 'held', queue, acked - deleted)
  end
end

local function bytesOf(queue)
  return tonumber(redis.call('HGET', P .. 'bytes', queue) or '0')
end

local function lastDelivered(key)
  local groups = redis.pcall('XINFO', 'GROUPS', key)
  for _, info in ipairs(groups.err and {} or groups) do
    local group = pairsOf(info)
    if group.name == GROUP then return group['last-delivered-id'] end
  end
  return '0-0'
end

-- What one script lets go beyond what makes room for what it puts: nobody else is served meanwhile, and by a bound that
-- was lowered there may be millions.
local surplusLeft, surplusBytesLeft = 1000, 4194304

-- A queue of such bounds: {name, max, bytes, overflow}. What it cannot hold goes, the oldest first; at any rate as much as
-- was put there, so that it does not grow. True if more is to go, which is for whoever calls next.
local function enforce(queue, now, deadMax, added)
  if queue.overflow ~= 'DROP_OLDEST' and queue.overflow ~= 'DEAD_LETTER' then return false end
  local key = queueKey(queue.name)
  local bytes = bytesOf(queue.name)
  if redis.call('XLEN', key) <= queue.max and bytes <= queue.bytes then return false end
  local count = waiting(queue.name)
  if count <= queue.max and bytes <= queue.bytes then return false end
  local after, gone, more = '(' .. lastDelivered(key), 0, false
  while count > 0 and (count > queue.max or bytes > queue.bytes) do
    more = added <= 0 and (surplusLeft <= 0 or surplusBytesLeft <= 0)
    local oldest = not more and redis.call('XRANGE', key, after, '+', 'COUNT', 1)[1]
    if not oldest then break end
    local size = sizeOf(oldest[2])
    if added <= 0 then
      surplusLeft, surplusBytesLeft = surplusLeft - 1, surplusBytesLeft - size
    end
    if queue.overflow == 'DEAD_LETTER' then
      local detail = 'the queue holds ' .. int(queue.max) .. ' messages and ' .. int(queue.bytes) .. ' bytes'
      bury(oldest[2], queue.name, 'overflow', detail, 0, now, deadMax)
    end
    redis.call('XDEL', key, oldest[1])
    gone, count, bytes, added = gone + 1, count - 1, bytes - size, added - size
  end
  if gone > 0 then redis.call('HINCRBY', P .. 'dropped', queue.name, gone) end
  redis.call('HSET', P .. 'bytes', queue.name, int(math.max(0, bytes)))
  return more
end

-- One message into one queue.
local function put(queue, fields, size)
  redis.call('XADD', queueKey(queue), '*', unpack(fields))
  redis.call('HINCRBY', P .. 'bytes', queue, size)
  noteSize(queue, size)
end
