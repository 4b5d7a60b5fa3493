-- Of the past, these ids, into a queue; each with when it is due, or nothing.
local queue = arg()
for i = 1, num() do
  local id, due = arg(), arg()
  local entry = redis.call('XRANGE', P .. 'log', id, id)[1]
  if entry then
    local fields = entry[2]
    if due ~= '' then
      fields[#fields + 1] = 'sb-not-before'
      fields[#fields + 1] = due
    end
    put(queue, fields, sizeOf(fields))
  end
end
return 1
