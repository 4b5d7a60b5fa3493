-- Up to so many entries of a queue, and but for the first up to so many bytes, for the owner of a session:
-- {cursor, {{id, fields}, {id, fields, may have been seen, attempts}, ...}, 1 if there may be more}. First what an earlier
-- owner was given, from the cursor on, until that is empty; of a shared queue, what others gave back; then what is new.
-- Empty if the session is somebody else's by now.
local session, token, queue = arg(), arg(), arg()
local shared, left, bytesLeft, cursor = arg() == '1', num(), num(), arg()
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return {} end

local key = queueKey(queue)
local taken, heaviest = {}, 0
local function isFull()
  return left <= 0 or bytesLeft <= 0
end

local function attemptsOf(id)
  local text = redis.call('HGET', P .. 'left:' .. queue, id) or '0 0'
  redis.call('HDEL', P .. 'left:' .. queue, id)
  return tonumber(string.match(text, '(%d+)$'))
end
local function takeAgain(entries)
  for _, entry in ipairs(entries) do
    if entry then
      local size = sizeOf(entry[2])
      heaviest = math.max(heaviest, size)
      left, bytesLeft = left - 1, bytesLeft - size
      taken[#taken + 1] = {entry[1], entry[2], 1, shared and attemptsOf(entry[1]) or 0}
    end
  end
end

local function takeFreed()
  while not isFull() do
    local count = chunkOf(left, bytesLeft, heaviest)
    local free = redis.pcall('XPENDING', key, GROUP, '-', '+', count, FREE)
    if free.err then ensureGroup(queue) end
    if free.err or #free == 0 then return end
    local ids = {}
    for i, one in ipairs(free) do ids[i] = one[1] end
    takeAgain(redis.call('XCLAIM', key, GROUP, token, 0, unpack(ids)))
  end
end

local function takeOfEarlierOwner()
  local last = lastDelivered(key)
  while cursor ~= '' and not isFull() do
    local count = chunkOf(left, bytesLeft, heaviest)
    local entries = redis.call('XRANGE', key, cursor == '0-0' and '-' or cursor, last, 'COUNT', count)
    takeAgain(entries)
    cursor = #entries < count and '' or '(' .. entries[#entries][1]
  end
end

local function read(count)
  local command = shared and {'XREADGROUP', 'GROUP', GROUP, token, 'COUNT', count, 'STREAMS', key, '>'}
    or {'XREADGROUP', 'GROUP', GROUP, 'owner', 'COUNT', count, 'NOACK', 'STREAMS', key, '>'}
  local answer = redis.pcall(unpack(command))
  if answer and answer.err then
    pendingOf(queue) -- which makes the group anew
    answer = redis.call(unpack(command))
  end
  return answer and answer[1][2] or {}
end

-- At once as many as fit if all are as heavy as the heaviest that was put there.
local NEW_CHUNK = 256
local function takeNew()
  local most, bytes, number = heaviestOf(queue), 0, 0
  local drained = false
  while not drained and not isFull() do
    local count = most > 0 and math.max(1, math.min(left, NEW_CHUNK, math.floor(bytesLeft / most)))
      or chunkOf(left, bytesLeft, heaviest)
    local entries = read(count)
    for i = 1, #entries do
      local size = sizeOf(entries[i][2])
      if size > heaviest then heaviest = size end
      bytes = bytes + size
      bytesLeft = bytesLeft - size
      taken[#taken + 1] = entries[i]
    end
    left, number = left - #entries, number + #entries
    most = math.max(most, most > 0 and heaviest or 0)
    drained = #entries < count
  end
  if drained then -- nothing waits, and what is there is held
    redis.call('HDEL', P .. 'bytes', queue)
    redis.call('HDEL', P .. 'heaviest', queue)
    if not shared then redis.call('HSET', P .. 'held', queue, redis.call('XLEN', key) - pendingOf(queue)) end
  else
    if bytes > 0 then redis.call('HINCRBY', P .. 'bytes', queue, -bytes) end
    if not shared and number > 0 then redis.call('HINCRBY', P .. 'held', queue, number) end
  end
  return not drained
end

if shared then takeFreed() else takeOfEarlierOwner() end
local more = cursor ~= '' or takeNew()
return {cursor, taken, more and 1 or 0}
