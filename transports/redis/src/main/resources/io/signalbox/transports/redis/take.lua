-- Up to so many entries of a queue for the owner of a session: {cursor, {{id, fields, may have been seen, attempts}}}.
-- First what an earlier owner was given (XAUTOCLAIM), from the cursor on, until that is empty; of a shared queue, what
-- others gave back; then what is new. Empty if the session is somebody else's by now.
local session, token, queue = arg(), arg(), arg()
local shared, left, cursor = arg() == '1', num(), arg()
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return {} end

local key = queueKey(queue)
local taken = {}
local function take(entries, again)
  for _, entry in ipairs(entries) do
    if entry then
      local attempts = '0'
      if again == 1 and shared then
        attempts = redis.call('HGET', P .. 'left:' .. queue, entry[1]) or '0 0'
        redis.call('HDEL', P .. 'left:' .. queue, entry[1])
        attempts = string.match(attempts, '(%d+)$')
      end
      taken[#taken + 1] = {entry[1], entry[2], again, tonumber(attempts)}
    end
  end
end

if shared then
  local free = redis.pcall('XPENDING', key, GROUP, '-', '+', left, FREE)
  if free.err then
    ensureGroup(queue)
  elseif #free > 0 then
    local ids = {}
    for i, one in ipairs(free) do ids[i] = one[1] end
    take(redis.call('XCLAIM', key, GROUP, token, 0, unpack(ids)), 1)
  end
elseif cursor ~= '' then
  local claimed = redis.pcall('XAUTOCLAIM', key, GROUP, 'owner', 0, cursor, 'COUNT', left)
  if claimed.err then
    ensureGroup(queue)
    cursor = ''
  else
    take(claimed[2], 1)
    cursor = claimed[1] == '0-0' and '' or claimed[1]
  end
end

left = left - #taken
if left > 0 and cursor == '' then
  local read = redis.call('XREADGROUP', 'GROUP', GROUP, shared and token or 'owner', 'COUNT', left, 'STREAMS', key, '>')
  local entries = read and read[1][2] or {}
  take(entries, 0)
  if #entries < left then
    redis.call('HDEL', P .. 'bytes', queue) -- nothing waits
  else
    local size = 0
    for _, entry in ipairs(entries) do size = size + sizeOf(entry[2]) end
    redis.call('HINCRBY', P .. 'bytes', queue, -size)
  end
end
return {cursor, taken}
