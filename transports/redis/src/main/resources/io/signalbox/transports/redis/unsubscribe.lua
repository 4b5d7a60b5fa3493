-- {1 or 0 for each: was it there}; empty if the session is somebody else's by now.
local session, token = arg(), arg()
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return {} end
local answers = {}
for i = 1, num() do
  local group, filter = arg(), arg()
  local field = group .. '\0' .. filter
  answers[i] = redis.call('HDEL', P .. 'subscriptions:' .. session, field)
  if answers[i] == 1 then
    local shared = sharedQueueOf(field)
    if shared then leaveGroup(shared, session) end
    change('what', 'unsubscribe', 'session', session, 'group', group, 'filter', filter)
  end
end
return answers
