-- A page of a stream, of so many entries and, but for the first, so many bytes, from one id to another, the oldest or
-- the newest first: {1 if there may be more, {{id, fields, bytes}}}. What is larger than an entry may be comes without
-- its fields.
local key, from, to, newestFirst = P .. arg(), arg(), arg(), arg() == '1'
local left, bytesLeft, entryMax = num(), num(), num()
local command = newestFirst and 'XREVRANGE' or 'XRANGE'
local page, heaviest, more = {}, 0, 1
while left > 0 and bytesLeft > 0 do
  local count = chunkOf(left, bytesLeft, heaviest)
  local entries = redis.call(command, key, from, to, 'COUNT', count)
  for _, entry in ipairs(entries) do
    local size = sizeOf(entry[2])
    heaviest = math.max(heaviest, size)
    bytesLeft = bytesLeft - size
    page[#page + 1] = {entry[1], size <= entryMax and entry[2] or {}, size}
    from = '(' .. entry[1]
  end
  left = left - #entries
  if #entries < count then
    more = 0
    break
  end
end
return {more, page}
