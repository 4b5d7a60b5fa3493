-- From now on an instance's link of this number is in use, and none before it. Answers with the layout under the prefix,
-- and changes nothing, if that is a later one than this instance knows; with nothing if all is well.
local node, number, layout = arg(), arg(), arg()
local found = redis.call('GET', P .. 'layout')
if found and (tonumber(found) or math.huge) > tonumber(layout) then return found end
redis.call('SET', P .. 'layout', layout)
redis.call('SET', P .. 'link:' .. node, number, 'EX', 86400)
return ''
