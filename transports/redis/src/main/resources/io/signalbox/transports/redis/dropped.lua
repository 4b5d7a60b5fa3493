-- How many entries went from a session's own queue since there was no room for them.
return {tonumber(redis.call('HGET', P .. 'dropped', 's:' .. arg()) or '0')}
