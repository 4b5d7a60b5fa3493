-- Ends a session, whoever's it is; with a token, only if it is still that owner's, who holds something of these queues.
local session, token = arg(), arg()
for i = 1, num() do giveBack(arg(), token) end
local owner = redis.call('HGET', P .. 'session:' .. session, 'owner')
if owner and (token == '' or owner == token) then removeSession(session, owner) end
return owner and 1 or 0
