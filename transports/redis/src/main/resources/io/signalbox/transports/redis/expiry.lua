-- Another time to live, for the owner.
local session, token, expiry = arg(), arg(), arg()
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return 0 end
redis.call('HSET', P .. 'session:' .. session, 'expiry', expiry)
return 1
