-- Subscriptions come into force; what is retained, and the past since an id that the client has copied up to, go to the
-- queue in the same step, so that nothing is missing and nothing twice. 0 if the session is somebody else's by now.
local session, token = arg(), arg()
if redis.call('HGET', P .. 'session:' .. session, 'owner') ~= token then return 0 end

local function levelsOf(text)
  local levels, from = {}, 1
  while true do
    local slash = string.find(text, '/', from, true)
    if not slash then break end
    levels[#levels + 1] = string.sub(text, from, slash - 1)
    from = slash + 1
  end
  levels[#levels + 1] = string.sub(text, from)
  return levels
end

-- + is one level, # any number of them; neither matches a first level with $ when it comes first itself.
local function matches(filter, topic)
  if string.sub(topic[1], 1, 1) == '$' and string.sub(filter[1], 1, 1) ~= '$' then return false end
  local f, t, resumeFilter, resumeTopic = 1, 1, nil, nil
  while t <= #topic do
    if filter[f] == '#' then
      f = f + 1
      resumeFilter, resumeTopic = f, t
    elseif filter[f] and (filter[f] == '+' or filter[f] == topic[t]) then
      f, t = f + 1, t + 1
    elseif resumeFilter then
      resumeTopic = resumeTopic + 1
      f, t = resumeFilter, resumeTopic
    else
      return false
    end
  end
  while filter[f] == '#' do f = f + 1 end
  return f > #filter
end

local function topicOf(fields)
  for i = 1, #fields, 2 do
    if fields[i] == 'sb-topic' then return fields[i + 1] end
  end
  return ''
end

local PAST_BYTES = 4194304 -- at a time, in the memory of this script
local function copyPast(queue, filter, after)
  local heaviest = 0
  while true do
    local count = chunkOf(CHUNK, PAST_BYTES, heaviest)
    local page = redis.call('XRANGE', P .. 'log', '(' .. after, '+', 'COUNT', count)
    for _, entry in ipairs(page) do
      after = entry[1]
      local size = sizeOf(entry[2])
      heaviest = math.max(heaviest, size)
      if matches(filter, levelsOf(topicOf(entry[2]))) then put(queue, entry[2], size) end
    end
    if #page < count then return end
  end
end

local function copyRetained(queue, text, filter, exact)
  local topics = exact and {text} or redis.call('SMEMBERS', P .. 'retained')
  for _, topic in ipairs(topics) do
    if exact or matches(filter, levelsOf(topic)) then
      local entry = redis.call('XREVRANGE', P .. 'retained:' .. topic, '+', '-', 'COUNT', 1)[1]
      if entry then
        local fields = entry[2]
        fields[#fields + 1] = 'sb-retained'
        fields[#fields + 1] = text
        put(queue, fields, sizeOf(fields))
      else
        redis.call('SREM', P .. 'retained', topic) -- it has expired
      end
    end
  end
end

for i = 1, num() do
  local group, text, options, exact = arg(), arg(), arg(), arg() == '1'
  local retained, after = arg(), arg()
  local field = group .. '\0' .. text
  local filter = levelsOf(text)
  local key = P .. 'subscriptions:' .. session
  local isNew = redis.call('HSET', key, field, options) == 1
  local queue = sharedQueueOf(field) or 's:' .. session
  if group ~= '' then
    redis.call('SADD', P .. 'members:' .. queue, session)
    ensureGroup(queue)
  end
  change('what', 'subscribe', 'session', session, 'group', group, 'filter', text, 'options', options)
  if after ~= '' then copyPast(queue, filter, after) end
  if group == '' and (retained == 'SEND' or retained == 'SEND_IF_NEW' and isNew) then
    copyRetained(queue, text, filter, exact)
  end
end
return 1
