--- What a sweep keeps in its folder: one JSON line per result under the address of its parameters, and artefacts that
--- are built once.
---
--- ```
--- DIR/results-1-of-1.jsonl     one line per finished case, appended and flushed; one file per shard
--- DIR/damaged                  the addresses of lines of those that something else has damaged
--- DIR/artefacts/ADDRESS.ext    what cases share: trained networks, problems, …
--- DIR/logs, DIR/progress       what the cases of each worker print; how far each shard is
--- ```
---
--- Nothing depends on locks to be right: lines are whole or cut off, files appear under their names when they are
--- finished, and a result counts once, however often its line is there. Locks only save doing things twice.
local json = require "vnn.json"
local system = require "vnn.system"

local store = {}

--- A float in the fewest digits that give it back.
local function float_text(value)
  if value == math.floor(value) and math.abs(value) < 2 ^ 53 then return ("%d"):format(value) end
  for digits = 15, 17 do
    local text = ("%." .. digits .. "g"):format(value)
    if tonumber(text) == value then return text end
  end
  return nil, ("expected a finite number, got %s"):format(value)
end

--- A parameter as JSON, or nil and what is wrong with it.
local function text_of(value)
  local kind = math.type(value) or type(value)
  if kind == "integer" or kind == "boolean" then return tostring(value) end
  if kind == "string" then return json.encode(value) end
  if kind == "float" then return float_text(value) end
  if kind ~= "table" then return nil, ("expected a string, number or boolean, got %s"):format(kind) end
  if #value == 0 and next(value) ~= nil then return nil, "expected a list, got a table with names" end
  local texts = {}
  for position, element in ipairs(value) do
    local text, message = text_of(element)
    if not text then return nil, message end
    texts[position] = text
  end
  return "[" .. table.concat(texts, ",") .. "]"
end

--- The keys of the last parameters, in order, and for each the members that its values became: a sweep's cases nearly
--- always have the same keys and few values of each.
local last_keys, members = {}, {}
local parts = {}
local remembered, most_remembered = 0, 10000

local function sort_keys(map)
  last_keys, members, remembered = {}, {}, 0
  for key in pairs(map) do
    if type(key) ~= "string" then error(("expected fields with names, got the key %s"):format(key), 0) end
    table.insert(last_keys, key)
  end
  table.sort(last_keys)
  for position = 1, #last_keys do members[position] = {} end
end

--- A key and its value as JSON.
local function member(position, value)
  local key = last_keys[position]
  local text, message = text_of(value)
  if not text then error(("field '%s': %s"):format(key, message), 0) end
  text = json.encode(key) .. ":" .. text
  if type(value) == "table" or remembered >= most_remembered then return text end
  remembered = remembered + 1
  members[position][value] = text
  return text
end

--- Parameters as JSON with sorted keys, the same text for the same parameters: 1 and 1.0 are one number.
---
--- ```lua
--- local store = require "vnn.store"
--- print(store.canonical { rate = 0.5, method = "magnitude", side = 18.0 })
--- --> {"method":"magnitude","rate":0.5,"side":18}
--- ```
---@param parameters table<string, string|number|boolean|any[]>
---@return string
function store.canonical(parameters)
  local count = 0
  for _ in pairs(parameters) do count = count + 1 end
  local is_same = count == #last_keys
  for position = 1, is_same and count or 0 do is_same = is_same and parameters[last_keys[position]] ~= nil end
  if not is_same then sort_keys(parameters) end
  for position = 1, count do
    local value = parameters[last_keys[position]]
    parts[position] = members[position][value] or member(position, value)
  end
  return "{" .. table.concat(parts, ",", 1, count) .. "}"
end

local last_name, last_version, last_head, last_tail

--- The content address of what has these parameters: a SHA-256 as 64 hexadecimal digits.
---@param name string of the experiment
---@param version number|string raised when the same parameters give something else
---@param canonical string from `store.canonical`
---@return string
function store.address(name, version, canonical)
  if name ~= last_name or version ~= last_version then
    last_name, last_version = name, version
    last_head, last_tail = '{"experiment":' .. json.encode(name), ',"version":' .. text_of(version) .. "}"
  end
  return system.digest(last_head .. ',"parameters":' .. canonical .. last_tail)
end

--- The name of the one member of an object that stands for a number that JSON lacks.
local number_key = "$number"
local spelled = { [math.huge] = "inf", [-math.huge] = "-inf" }
local meant = { inf = math.huge, ["-inf"] = -math.huge, nan = 0 / 0 }

--- A copy in which the numbers that JSON lacks are objects.
local function spell(value)
  if type(value) == "table" then
    local copy = {}
    for key, element in pairs(value) do copy[key] = spell(element) end
    return copy
  end
  if math.type(value) ~= "float" then return value end
  local word = value ~= value and "nan" or spelled[value]
  return word and { [number_key] = word } or value
end

local function understand(value)
  if type(value) ~= "table" then return value end
  if meant[value[number_key]] then return meant[value[number_key]] end
  for key, element in pairs(value) do value[key] = understand(element) end
  return value
end

--- A result as the text of a JSON object: infinities and NaN become `{"$number":"inf"}`, `-inf` and `nan`.
---
--- ```lua
--- local store = require "vnn.store"
--- local text = store.encode { bound = -math.huge, gap = 0.5 }
--- print(text, store.decode(text).bound) --> {"bound":{"$number":"-inf"},"gap":0.5}	-inf
--- ```
---@param result table<string, any>
---@return string
function store.encode(result)
  if next(result) == nil then return "{}" end
  return json.encode(spell(result))
end

--- The table that a line describes, with infinities and NaN as numbers again.
---@param line string
---@return table? row nil when the line is damaged
---@return string? message
function store.decode(line)
  local row, message = json.decode(line)
  if row == nil then return nil, message end
  return understand(row)
end

-- What a sweep reads of a line when it goes on stands at fixed places: the address and, if the case failed, why at the
-- beginning; the digest of the script at the end.
local line_head, failure_head, script_head, line_end = '{"id":"', '","failure":', ',"script_digest":"', '"}'
local id_length, script_length = 64, 16

--- What tells versions of a script apart.
---
--- ```lua
--- print(require("vnn.store").script_digest "return {}") --> 7df8f0cd9e1cd0b2
--- ```
---@param text string the script
---@return string digits
function store.script_digest(text) return system.digest(text):sub(1, script_length) end

--- The line for a finished case.
---@param id string
---@param canonical string the parameters
---@param result string a JSON object from `store.encode`
---@param failure? string why there is no result
---@param script? string from `store.script_digest`
---@return string
function store.line(id, canonical, result, failure, script)
  local line = line_head .. id .. (failure and failure_head .. json.encode(failure) or '"')
  for _, object in ipairs { canonical, result } do
    if object ~= "{}" then line = line .. "," .. object:sub(2, -2) end
  end
  return line .. (script and script_head .. script .. line_end or "}")
end

--- The places of the parts that `store.line` puts at fixed ones.
local first_of_id, last_of_id = #line_head + 1, #line_head + id_length
local last_of_failure = last_of_id + #failure_head
local first_of_script = -#line_end - script_length - 1
local first_of_script_head = first_of_script - #script_head

--- All whole lines of all result files: the address, whether the case failed, the line, the digest of the script that
--- gave it, if the line has it, and the file.
local function lines(folder)
  local files = {}
  for _, name in ipairs(system.list(folder) or {}) do
    if name:match "^results%-.*%.jsonl$" then files[#files + 1] = folder .. "/" .. name end
  end
  return coroutine.wrap(function()
    for _, path in ipairs(files) do
      -- The last line of a file that is being written, or whose writer was killed, may be torn.
      for line in io.lines(path, "L") do
        if line:sub(1, #line_head) == line_head and line:sub(-2) == "}\n" then
          local script = line:sub(first_of_script_head, first_of_script - 1) == script_head
            and line:sub(first_of_script, first_of_script + script_length - 1)
          coroutine.yield(line:sub(first_of_id, last_of_id),
            line:sub(last_of_id + 1, last_of_failure) == failure_head, line, script or nil, path)
        end
      end
    end
  end)
end

--- The addresses of lines that turned out to be damaged when they were read for a report. Reading all of 100,000 lines
--- takes ten seconds, so that a sweep that goes on only reads those again.
local function damaged_ids(folder)
  local ids = {}
  local path = folder .. "/damaged"
  if system.exists(path) then
    for id in io.lines(path) do ids[id] = true end
  end
  return ids
end

--- Which cases have finished.
---@param folder string
---@return table<string, "done"|"failed"> states by address; a case that failed and was done at another time is done
---@return table<string, string> scripts by address, the digests of the scripts that gave the rows
function store.states(folder)
  local states, scripts, damaged = {}, {}, damaged_ids(folder)
  for id, failed, line, script in lines(folder) do
    if not (states[id] == "done" or failed and states[id]) and not (damaged[id] and not json.decode(line)) then
      states[id] = failed and "failed" or "done"
      scripts[id] = script
    end
  end
  return states, scripts
end

--- Any row of a folder.
---@param folder string
---@return table? row nil when there is none
function store.any_row(folder)
  for _, _, line in lines(folder) do
    local row = store.decode(line)
    if row then return row end
  end
end

--- The rows with the given addresses, in their order: those that were done, and those that failed. Damaged lines are
--- noted, so that `store.states` leaves them out from then on.
---@param folder string
---@param ids string[]
---@return table[] done
---@return table[] failed
---@return string[] damaged for each result that only a damaged line has, its file
function store.rows(folder, ids)
  local wanted, found, broken = {}, {}, {}
  for _, id in ipairs(ids) do wanted[id] = true end
  for id, failed, line, _, path in lines(folder) do
    if wanted[id] and (not found[id] or (found[id].failure and not failed)) then
      local row = store.decode(line)
      if row then found[id] = row else broken[id] = path end
    end
  end
  local done, failures, damaged, noted = {}, {}, {}, damaged_ids(folder)
  for _, id in ipairs(ids) do
    local row = found[id]
    if row then table.insert(row.failure and failures or done, row) end
    if broken[id] and (not row or row.failure) then
      damaged[#damaged + 1] = broken[id]
      -- Where this cannot be written, the report still says it.
      if not noted[id] then system.append_line(folder .. "/damaged", id) end
    end
  end
  return done, failures, damaged
end

--- Opens a shard's file of results for appending: cuts off a torn last line, and keeps others from writing to it.
---@param folder string
---@param shard string such as "1-of-1"
---@return { path: string, append: fun(line: string), lock: vnn.Lock }? file nil when another process writes to it
---@return string? message
function store.open(folder, shard)
  for _, name in ipairs { "artefacts", "locks", "logs", "progress" } do
    local made, message = system.make_directory(folder .. "/" .. name)
    if not made then return nil, message end
  end
  local path = ("%s/results-%s.jsonl"):format(folder, shard)
  local lock, message = system.lock(("%s/locks/%s.lock"):format(folder, shard))
  if not lock then return nil, message or (path .. ": another sweep writes to it; --status shows how far it is") end
  local repaired
  repaired, message = system.repair_lines(path)
  if not repaired then return nil, message end
  return { path = path, lock = lock, append = function(line) assert(system.append_line(path, line)) end }
end

--- Whether a sweep of the shard is running.
---@param folder string
---@param shard string
---@return boolean
function store.is_running(folder, shard)
  local path = ("%s/locks/%s.lock"):format(folder, shard)
  if not system.exists(path) then return false end
  local lock <close>, message = system.lock(path)
  return lock == nil and message == nil
end

--- Takes a lock, waiting for it as long as it takes.
local function wait_for_lock(path)
  local pause = 0.001
  while true do
    local lock, message = system.lock(path)
    if lock or message then return lock, message end
    if system.wait({}, pause) == "interrupted" then error("interrupted", 0) end
    pause = math.min(2 * pause, 0.1)
  end
end

--- The file of what has the address, building it if it is not there: by one process, while others wait.
---
--- ```lua
--- local store, system = require "vnn.store", require "vnn.system"
--- local function build(path) return system.write_file(path, "built") end
--- assert(system.make_directory "out/artefacts")
--- local path = assert(store.artefact("out", "abc", "txt", build))
--- print(path, system.read_file(path)) --> out/artefacts/abc.txt	built
--- print(store.artefact("out", "abc", "txt", error)) --> out/artefacts/abc.txt
--- ```
---@param folder string of the sweep
---@param address string
---@param extension string without a dot
---@param build fun(path: string): any, string? writes the file; nil or false and a message when it cannot
---@return string? path
---@return string? message
function store.artefact(folder, address, extension, build)
  local base = ("%s/artefacts/%s"):format(folder, address)
  local path = ("%s.%s"):format(base, extension)
  if system.exists(path) then return path end
  local lock <close>, message = wait_for_lock(base .. ".lock")
  if not lock then return nil, message end
  if system.exists(path) then
    system.remove(base .. ".lock")
    return path
  end
  -- The host's name keeps processes apart where a file system has no locks. Where it has, what another process of this
  -- host has left unfinished is of no use to anybody.
  local prefix = ("%s.%s-"):format(address, system.host)
  for _, name in ipairs(system.list(folder .. "/artefacts") or {}) do
    if name:sub(1, #prefix) == prefix then system.remove(("%s/artefacts/%s"):format(folder, name)) end
  end
  local partial = ("%s/artefacts/%s%d.partial.%s"):format(folder, prefix, system.process_id, extension)
  local _ <close> = setmetatable({}, { __close = function() system.remove(partial) end })
  local built, reason = build(partial)
  if not built then return nil, reason or path .. ": could not be built" end
  built, message = system.publish(partial, path)
  if not built then return nil, message end
  -- Who gets the lock from now on looks for the file first.
  system.remove(base .. ".lock")
  return path
end

return store
