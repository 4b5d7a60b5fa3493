-- Up to so many entries of a queue, and but for the first up to so many bytes, for the owner of a session:
-- {cursor, {{id, fields, may have been seen, attempts}}, 1 if there may be more}. First what an earlier owner was given
-- (XAUTOCLAIM), from the cursor on, until that is empty; of a shared queue, what others gave back; then what is new.
-- Empty if the session is somebody else's by now.
local session, token, queue = arg(), arg(), arg()
local shared, left, bytesLeft, cursor = arg() == '1', num(), num(), arg()
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return {} end

local key = queueKey(queue)
local taken, heaviest, newBytes = {}, 0, 0
local function attemptsOf(id)
  local text = redis.call('HGET', P .. 'left:' .. queue, id) or '0 0'
  redis.call('HDEL', P .. 'left:' .. queue, id)
  return tonumber(string.match(text, '(%d+)$'))
end
local function take(entries, again)
  for _, entry in ipairs(entries) do
    if entry then
      local size = sizeOf(entry[2])
      heaviest = math.max(heaviest, size)
      left, bytesLeft = left - 1, bytesLeft - size
      if again == 0 then newBytes = newBytes + size end
      taken[#taken + 1] = {entry[1], entry[2], again, again == 1 and shared and attemptsOf(entry[1]) or 0}
    end
  end
end
local function isFull()
  return left <= 0 or bytesLeft <= 0
end

local function takeFreed()
  while not isFull() do
    local count = chunkOf(left, bytesLeft, heaviest)
    local free = redis.pcall('XPENDING', key, GROUP, '-', '+', count, FREE)
    if free.err then ensureGroup(queue) end
    if free.err or #free == 0 then return end
    local ids = {}
    for i, one in ipairs(free) do ids[i] = one[1] end
    take(redis.call('XCLAIM', key, GROUP, token, 0, unpack(ids)), 1)
  end
end

local function takeOfEarlierOwner()
  while cursor ~= '' and not isFull() do
    local count = chunkOf(left, bytesLeft, heaviest)
    local claimed = redis.pcall('XAUTOCLAIM', key, GROUP, 'owner', 0, cursor, 'COUNT', count)
    if claimed.err then
      ensureGroup(queue)
      cursor = ''
    else
      take(claimed[2], 1)
      cursor = claimed[1] == '0-0' and '' or claimed[1]
    end
  end
end

local function takeNew()
  local reader = shared and token or 'owner'
  while not isFull() do
    local count = chunkOf(left, bytesLeft, heaviest)
    local read = redis.call('XREADGROUP', 'GROUP', GROUP, reader, 'COUNT', count, 'STREAMS', key, '>')
    local entries = read and read[1][2] or {}
    take(entries, 0)
    if #entries < count then
      redis.call('HDEL', P .. 'bytes', queue) -- nothing waits
      return false
    end
  end
  if newBytes > 0 then redis.call('HINCRBY', P .. 'bytes', queue, -newBytes) end
  return true
end

if shared then takeFreed() else takeOfEarlierOwner() end
local more = cursor ~= '' or takeNew()
return {cursor, taken, more and 1 or 0}
