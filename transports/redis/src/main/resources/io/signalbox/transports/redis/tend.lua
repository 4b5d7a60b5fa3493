-- What every node does now and then: says that it lives, frees what the dead hold, ends sessions whose time is over,
-- forgets what is too old. {entries of the intake, dead letters dropped, foreign ones dropped, {node, beats, ...}}
local node, now, silence, historyMax = arg(), timeArg(), num(), num()
redis.call('ZINCRBY', P .. 'nodes', 1, node)

-- Those that this node takes for dead, unless they have given a sign since: who is not heard of is for the onlookers to
-- say, since the server does not know for how long nobody could reach it.
for i = 1, num() do
  local dead, beats = arg(), num()
  if tonumber(redis.call('ZSCORE', P .. 'nodes', dead) or '-1') == beats then
    for _, session in ipairs(redis.call('SMEMBERS', P .. 'node:' .. dead)) do
      local found = redis.call('HMGET', P .. 'session:' .. session, 'node', 'owner')
      if found[1] == dead then detachSession(session, found[2], now) end
    end
    redis.call('ZREM', P .. 'nodes', dead)
    redis.call('DEL', P .. 'node:' .. dead)
  end
end

-- The queues that this node shares with others: what is held by consumers of nodes that are no more is free, and what
-- other clients hold that do not give a sign either.
for i = 1, num() do
  local queue = arg()
  local consumers = redis.pcall('XINFO', 'CONSUMERS', queueKey(queue), GROUP)
  for _, one in ipairs(consumers.err and {} or consumers) do
    local consumer = pairsOf(one)
    local its = string.match(consumer.name, '^(.+)/%d+$')
    local gone = its and not redis.call('ZSCORE', P .. 'nodes', its) or not its and consumer.idle > silence
    if gone and consumer.name ~= FREE then giveBack(queue, consumer.name) end
  end
end

for _, session in ipairs(redis.call('ZRANGEBYSCORE', P .. 'expiring', '-inf', int(now), 'LIMIT', 0, 100)) do
  removeSession(session, '')
end
redis.call('XTRIM', P .. 'log', 'MINID', int(math.max(0, now - historyMax)) .. '-0')
local dropped = redis.call('HMGET', P .. 'dropped', 'dead', 'dead:foreign')
return {redis.call('XLEN', P .. 'in'), tonumber(dropped[1] or '0'), tonumber(dropped[2] or '0'),
  redis.call('ZRANGE', P .. 'nodes', 0, -1, 'WITHSCORES')}
