-- After a taking whose answer was lost: what a consumer holds of a queue, but for these, as take.lua gives it, and like
-- there within so many bytes but for the first.
local session, token, queue, shared, bytesLeft = arg(), arg(), arg(), arg() == '1', num()
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return {} end
local known, taken = {}, {}
for i = 1, num() do known[arg()] = true end
local key = queueKey(queue)
local after = '-'
while true do
  local held = redis.pcall('XPENDING', key, GROUP, after, '+', 500, shared and token or 'owner')
  if held.err then break end
  for _, one in ipairs(held) do
    after = '(' .. one[1]
    if not known[one[1]] then
      if bytesLeft <= 0 then return {'', taken, 1} end
      local entry = redis.call('XRANGE', key, one[1], one[1])[1]
      if entry then
        bytesLeft = bytesLeft - sizeOf(entry[2])
        taken[#taken + 1] = {entry[1], entry[2], 0, 0}
      end
    end
  end
  if #held < 500 then break end
end
return {'', taken, 0}
