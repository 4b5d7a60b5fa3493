-- What every node does now and then: says that it lives, frees what the dead hold, ends sessions whose time is over,
-- forgets what is too old.
local node, now, silence, historyMin = arg(), num(), num(), arg()
local millis = serverMillis()
redis.call('ZADD', P .. 'nodes', int(millis), node)

for _, dead in ipairs(redis.call('ZRANGEBYSCORE', P .. 'nodes', '-inf', int(millis - silence))) do
  for _, session in ipairs(redis.call('SMEMBERS', P .. 'node:' .. dead)) do
    local found = redis.call('HMGET', P .. 'session:' .. session, 'node', 'owner')
    if found[1] == dead then detachSession(session, found[2], now) end
  end
  redis.call('ZREM', P .. 'nodes', dead)
  redis.call('DEL', P .. 'node:' .. dead)
end

-- The queues that this node shares with others: what its members hold stays theirs, what nobody renews is free.
for i = 1, num() do
  local queue, token = arg(), arg()
  local key = queueKey(queue)
  local after = '-'
  while true do
    local held = redis.pcall('XPENDING', key, GROUP, after, '+', 500, token)
    if held.err or #held == 0 then break end
    local claim = {}
    for j, one in ipairs(held) do claim[j] = one[1] end
    after = '(' .. claim[#claim]
    claim[#claim + 1] = 'JUSTID'
    redis.call('XCLAIM', key, GROUP, token, 0, unpack(claim))
  end
  local free = redis.pcall('XAUTOCLAIM', key, GROUP, FREE, int(silence), '0-0', 'COUNT', 500, 'JUSTID')
  if not free.err and #free[2] > 0 then wakeAll(queue) end
end

for _, session in ipairs(redis.call('ZRANGEBYSCORE', P .. 'expiring', '-inf', int(now), 'LIMIT', 0, 100)) do
  removeSession(session, '')
end
redis.call('XTRIM', P .. 'log', 'MINID', historyMin)
return redis.call('XLEN', P .. 'in')
