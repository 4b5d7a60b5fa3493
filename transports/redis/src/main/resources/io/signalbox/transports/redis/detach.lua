-- The owner is gone: what it holds of shared queues is free, also of those it has left. It says what its subscriber has
-- seen and not settled. 0 if the session is somebody else's by now.
local session, token, now = arg(), arg(), timeArg()
for i = 1, num() do giveBack(arg(), token) end
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return 0 end
for i = 1, num() do
  local queue, id = arg(), arg()
  redis.call('HSET', P .. 'left:' .. queue, id, arg())
end
detachSession(session, token, now)
return 1
