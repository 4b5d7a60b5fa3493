-- From now on an instance's link of this number is in use, and none before it.
local node, number = arg(), arg()
redis.call('SET', P .. 'link:' .. node, number, 'EX', 86400)
return 1
