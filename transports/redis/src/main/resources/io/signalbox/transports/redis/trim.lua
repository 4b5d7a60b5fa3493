-- For the owner of a session whose queue came by a lower bound, until all that it cannot hold is gone: {1 if there is more}.
local session, token, now, deadMax = arg(), arg(), timeArg(), num()
local found = pairsOf(redis.call('HGETALL', P .. 'session:' .. session))
if found.owner ~= token then return {0} end
local queue = {name = 's:' .. session, max = tonumber(found.max), bytes = tonumber(found.bytes),
  overflow = found.overflow}
return {enforce(queue, now, deadMax, 0) and 1 or 0}
