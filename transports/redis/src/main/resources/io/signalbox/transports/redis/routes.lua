-- Everything that routing needs: {epoch, {{session, node, max, bytes, overflow, {subscriptions}}}}.
local sessions = {}
for _, session in ipairs(redis.call('SMEMBERS', P .. 'sessions')) do
  local found = redis.call('HMGET', P .. 'session:' .. session, 'node', 'max', 'bytes', 'overflow')
  if found[2] then
    sessions[#sessions + 1] = {session, found[1], found[2], found[3], found[4],
      redis.call('HGETALL', P .. 'subscriptions:' .. session)}
  end
end
return {redis.call('GET', P .. 'epoch') or '0', sessions}
