-- After a taking whose answer was lost: what a session was given of a queue, but for these, which ascend, as take.lua
-- gives it, and like there within so many bytes but for the first.
local session, token, queue, shared, bytesLeft = arg(), arg(), arg(), arg() == '1', num()
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return {} end
local known, isKnown, taken = {}, {}, {}
for i = 1, num() do
  known[i] = arg()
  isKnown[known[i]] = true
end
local key = queueKey(queue)

-- False if it is beyond the bytes.
local function take(entry)
  if bytesLeft <= 0 then return false end
  bytesLeft = bytesLeft - sizeOf(entry[2])
  taken[#taken + 1] = entry
  return true
end

-- Of a shared queue it is what the consumer holds.
local function findHeld()
  local after = '-'
  while true do
    local held = redis.pcall('XPENDING', key, GROUP, after, '+', 500, token)
    if held.err then return 0 end
    for _, one in ipairs(held) do
      after = '(' .. one[1]
      local entry = not isKnown[one[1]] and redis.call('XRANGE', key, one[1], one[1])[1]
      if entry and not take(entry) then return 1 end
    end
    if #held < 500 then return 0 end
  end
end

-- Of its own it is all between those it knows, up to the last that was delivered.
local function findLeft()
  pendingOf(queue) -- there is a group from now on
  local last, from = lastDelivered(key), '-'
  for i = 1, #known + 1 do
    local to = known[i] and '(' .. known[i] or last
    local entry = redis.call('XRANGE', key, from, to, 'COUNT', 1)[1]
    while entry do
      if not take(entry) then return 1 end
      from = '(' .. entry[1]
      entry = redis.call('XRANGE', key, from, to, 'COUNT', 1)[1]
    end
    if known[i] then from = '(' .. known[i] end
  end
  return 0
end

local more = shared and findHeld() or findLeft()
return {'', taken, more}
