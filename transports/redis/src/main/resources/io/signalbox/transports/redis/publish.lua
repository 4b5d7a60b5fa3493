-- A batch of messages: all of it or nothing, and once, however often it is sent. The answer is one token for each
-- message: R routed or N not, with its id; D duplicate, with the id of the first; F and the number of the queue that is
-- full; X no room for another retained topic. Of the intake alone: I no longer there; L and the number of the queue
-- that it is larger than; M with impossible deaths; H held behind one that was refused before. Or STALE: the routes are
-- those of another epoch.
local epoch, instance, number = arg(), arg(), arg()
local now, window, historyMax, retainedMax, deadMax = timeArg(), num(), arg(), num(), num()

local NOTED_MILLIS = 3600000
local before = redis.call('GET', P .. 'publisher:' .. instance)
if before then
  local space = string.find(before, ' ', 1, true)
  local last = tonumber(string.sub(before, 1, space - 1))
  if last == tonumber(number) then
    -- This connection may be another, and WAIT and WAITAOF wait for what was written on their own.
    redis.call('PEXPIRE', P .. 'publisher:' .. instance, NOTED_MILLIS)
    return string.sub(before, space + 1)
  end
  if last > tonumber(number) then return redis.error_reply('LATE a newer batch of this publisher is done') end
end
if (redis.call('GET', P .. 'epoch') or '0') ~= epoch then return 'STALE' end

-- Ids and times ascend, also when the server's clock is set back.
local newest = redis.call('XREVRANGE', P .. 'log', '+', '-', 'COUNT', 1)[1]
local clock = math.max(now, tonumber(redis.call('GET', P .. 'clock') or '0'),
  newest and tonumber(string.match(newest[1], '^%d+')) or 0)
redis.call('SET', P .. 'clock', int(clock))

local queues, news = {}, {}
for i = 1, num() do
  local queue = {}
  queue.name, queue.max = arg(), num()
  queue.bytes, queue.overflow = num(), arg()
  queue.channel, queue.number = arg(), i
  queue.key, queue.added = queueKey(queue.name), 0
  queues[i] = queue
end

local function isFull(queue, size)
  return queue.overflow == 'REJECT_PUBLISH'
    and (waiting(queue.name) + 1 > queue.max or bytesOf(queue.name) + size > queue.bytes)
end

local TTL_MAX = 1e14 -- three thousand years, and not too large for PEXPIRE
local function retain(topic, mode, ttl, fields)
  local key = P .. 'retained:' .. topic
  if mode == 'clear' then
    redis.call('DEL', key)
    redis.call('SREM', P .. 'retained', topic)
    return
  end
  redis.call('SADD', P .. 'retained', topic)
  redis.call('XADD', key, 'MAXLEN', '=', 1, '*', unpack(fields))
  if ttl > 0 then redis.call('PEXPIRE', key, int(math.min(ttl, TTL_MAX))) else redis.call('PERSIST', key) end
end

-- Topics and ordering keys of which an entry of the intake was refused: what comes later must not pass it.
local held = {}
local function hold(topic, orderingKey)
  held['t' .. topic] = true
  if orderingKey ~= '' then held['k' .. orderingKey] = true end
end

local function deathsArePossible(fields)
  for i = 1, #fields, 2 do
    if fields[i] == 'sb-deaths' then
      local _, whole = deathsOf(fields[i + 1])
      return whole
    end
  end
  return true
end

local function wake(queue)
  if queue.channel == '' then return end
  local list = news[queue.channel]
  if not list then
    list = {}
    news[queue.channel] = list
  end
  list[queue.name] = true
end

local LOG, NEXT = P .. 'log', int(clock) .. '-*'
local heavyBefore

-- One that says nothing but its fields, and goes to the queues of the one before it: as most do.
local function publishAlike()
  local count = num()
  local from, to, size = at + 1, at + count, 0
  at = to
  for i = from, to do size = size + #ARGV[i] end
  for _, queue in ipairs(heavyBefore) do
    if isFull(queue, size) then return 'F' .. queue.number end
  end
  local id = redis.call('XADD', LOG, 'MAXLEN', '~', historyMax, NEXT, unpack(ARGV, from, to))
  for _, queue in ipairs(heavyBefore) do
    if queue.overflow == 'SPILL' then -- nothing here asks how many bytes it has: they are added once, at the end
      redis.call('XADD', queue.key, '*', unpack(ARGV, from, to))
      queue.added = queue.added + size
      noteSize(queue.name, size)
    else
      put(queue.name, {unpack(ARGV, from, to)}, size)
      enforce(queue, clock, deadMax, size)
    end
    wake(queue)
  end
  return (#heavyBefore > 0 and 'R' or 'N') .. id
end

local function publish()
  if arg() == '=' then return publishAlike() end
  local intake, key, mode, topic, orderingKey, ttl = arg(), arg(), arg(), arg(), arg(), num()
  local fields, heavy, lights = {}, {}, {}
  for i = 1, num() do fields[i] = arg() end
  local light = arg()
  for i = 1, num() do heavy[i] = queues[num()] end
  for i = 1, num() do
    local channel = arg()
    lights[i] = {channel, arg()}
  end
  local size = sizeOf(fields)
  heavyBefore = heavy

  if intake ~= '' then
    if held['t' .. topic] or held['k' .. orderingKey] then
      hold(topic, orderingKey)
      return 'H'
    end
    if not deathsArePossible(fields) then return 'M' end
  end
  if key ~= '' then
    local first = redis.call('GET', P .. 'seen:' .. key)
    if first and clock - tonumber(string.match(first, '^%d+')) < window then
      if intake ~= '' then redis.call('XDEL', P .. 'in', intake) end
      return 'D' .. first
    end
  end
  for _, queue in ipairs(heavy) do
    if isFull(queue, size) then
      if intake ~= '' then
        if size > queue.bytes then return 'L' .. queue.number end
        hold(topic, orderingKey)
      end
      return 'F' .. queue.number
    end
  end
  if mode == 'keep' and redis.call('SISMEMBER', P .. 'retained', topic) == 0
    and redis.call('SCARD', P .. 'retained') >= retainedMax then
    if intake ~= '' then hold(topic, orderingKey) end
    return 'X'
  end
  if intake ~= '' and redis.call('XDEL', P .. 'in', intake) == 0 then return 'I' end

  local id = redis.call('XADD', LOG, 'MAXLEN', '~', historyMax, NEXT, unpack(fields))
  if key ~= '' then redis.call('SET', P .. 'seen:' .. key, id, 'PX', int(2 * window)) end
  if mode ~= '' then retain(topic, mode, ttl, fields) end
  for _, one in ipairs(lights) do
    redis.call('PUBLISH', one[1], 'l' .. #one[2] .. ':' .. one[2] .. light)
  end
  for _, queue in ipairs(heavy) do
    put(queue.name, fields, size)
    enforce(queue, clock, deadMax, size)
    wake(queue)
  end
  return (#heavy + #lights > 0 and 'R' or 'N') .. id
end

local answers = {}
for i = 1, num() do answers[i] = publish() end
for _, queue in ipairs(queues) do
  if queue.added > 0 then redis.call('HINCRBY', P .. 'bytes', queue.name, int(queue.added)) end
end
for channel, list in pairs(news) do
  local names = {}
  for name in pairs(list) do names[#names + 1] = name end
  redis.call('PUBLISH', channel, 'w' .. table.concat(names, '\0'))
end
local answer = table.concat(answers, ' ')
redis.call('SET', P .. 'publisher:' .. instance, number .. ' ' .. answer, 'PX', NOTED_MILLIS)
return answer
