--- What a sweep keeps in its folder: one JSON line per result under the address of its parameters, and artefacts that
--- are built once.
---
--- ```
--- DIR/results-1-of-1.jsonl     one line per finished case, appended and flushed; one file per shard
--- DIR/artefacts/ADDRESS.ext    what cases share: trained networks, problems, …
--- DIR/command.json, DIR/code   what began the folder, and which code: see `vnn.experiment.command` and `code`
--- DIR/logs, DIR/progress       what the cases of each worker print; how far each shard is
--- ```
---
--- Nothing depends on locks to be right: lines are whole or cut off, files appear under their names when they are
--- finished, and a result counts once, however often its line is there. Locks only save doing things twice.
local json = require "vnn.json"
local names = require "vnn.names"
local report = require "vnn.report"
local settings = require "vnn.settings"
local system = require "vnn.system"

local store = {}

--- A parameter as JSON, or nil and what is wrong with it.
local function text_of(value)
  local kind = math.type(value) or type(value)
  if kind == "integer" or kind == "boolean" then return tostring(value) end
  if kind == "string" then return json.encode(value) end
  if kind == "float" then
    if value ~= value or math.abs(value) == math.huge then
      return nil, ("expected a finite number, got %s"):format(value)
    end
    return report.number(value)
  end
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
--- local store = require "vnn.experiment.store"
--- print(store.canonical { rate = 0.5, method = "magnitude", side = 18.0 })
--- --> {"method":"magnitude","rate":0.5,"side":18}
--- ```
---@param parameters table<string, string|number|boolean|any[]>
---@return string
function store.canonical(parameters)
  settings.expect("store.canonical", 1, parameters, "a table")
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
  settings.expect("store.address", 1, name, "a string")
  settings.expect("store.address", 2, version, "a number or a string")
  settings.expect("store.address", 3, canonical, "a string")
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

--- More than the encoder takes; a table that contains itself is deeper.
local deepest = 200

--- A copy in which the numbers that JSON lacks are objects.
local function spell(value, depth)
  if type(value) == "table" and depth < deepest then
    local copy = {}
    for key, element in pairs(value) do copy[key] = spell(element, depth + 1) end
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

local function encode(value)
  local is_data, text = pcall(json.encode, spell(value, 0))
  if is_data then return text end
  error(text:gsub("^.*json%.encode: argument 1: ", ""), 0)
end

--- A result as the text of a JSON object: infinities and NaN become `{"$number":"inf"}`, `-inf` and `nan`.
---
--- ```lua
--- local store = require "vnn.experiment.store"
--- local text = store.encode { bound = -math.huge, gap = 0.5 }
--- print(text, store.decode(text).bound) --> {"bound":{"$number":"-inf"},"gap":0.5}	-inf
--- ```
---@param result table<string, any>
---@return string
function store.encode(result)
  settings.expect("store.encode", 1, result, "a table")
  if next(result) == nil then return "{}" end
  local is_data, text = pcall(encode, result)
  if is_data then return text end
  -- Which field it is the encoder does not know.
  for _, name in ipairs(names.sorted(result)) do
    local is_sound, reason = pcall(encode, { result[name] })
    if not is_sound then error(("field '%s': %s"):format(name, reason), 0) end
  end
  error(text, 0)
end

--- The table that a line describes, with infinities and NaN as numbers again.
---@param line string
---@return table? row nil when the line is no JSON
---@return string? message
function store.decode(line)
  settings.expect("store.decode", 1, line, "a string")
  local row, message = json.decode(line)
  if row == nil then return nil, message end
  row = understand(row)
  -- It is about the line, not about the case.
  row.row_digest = nil
  return row
end

-- What a sweep reads of a line when it goes on stands at fixed places: the address and, if the case failed, why at the
-- beginning; the digests of the code and of the line at the end.
local line_head, failure_head, code_head, line_end = '{"id":"', '","failure":', ',"modules_digest":"', '"}'
local digest_head = ',"row_digest":"'
local id_length, short_length = 64, 16

--- What tells versions of a text apart: the first 64 bits of its SHA-256.
---
--- ```lua
--- print(require("vnn.experiment.store").short_digest "return {}") --> 7df8f0cd9e1cd0b2
--- ```
---@param text string
---@return string digits
function store.short_digest(text)
  settings.expect("store.short_digest", 1, text, "a string")
  return system.digest(text):sub(1, short_length)
end

--- The line for a finished case. At its end is a digest of all before it, the first 64 bits of its SHA-256: enough to
--- find out what a disk, a copy or an editor has done to it, and nothing against somebody who means to forge it.
---@param id string
---@param objects string[] JSON objects whose members the row has: the parameters, the result, where it comes from
---@param failure? string why there is no result
---@param modules_digest? string of the code that gave it; see `vnn.experiment.code`
---@return string
function store.line(id, objects, failure, modules_digest)
  settings.expect("store.line", 1, id, "a string")
  settings.expect("store.line", 2, objects, "a list of strings")
  local line = line_head .. id .. (failure and failure_head .. json.encode(failure) or '"')
  for _, object in ipairs(objects) do
    if object ~= "{}" then line = line .. "," .. object:sub(2, -2) end
  end
  if modules_digest then line = line .. code_head .. modules_digest .. '"' end
  return line .. digest_head .. store.short_digest(line) .. line_end
end

--- The places of the parts that `store.line` puts at fixed ones.
local first_of_id, last_of_id = #line_head + 1, #line_head + id_length
local last_of_failure = last_of_id + #failure_head
local first_of_digest = -#line_end - short_length - 1
local first_of_digest_head = first_of_digest - #digest_head

--- Whether the digest at the end of a line is that of the rest, nil where there is none; and the line without it.
local function examined(line)
  if line:sub(first_of_digest_head, first_of_digest - 1) ~= digest_head then return nil, line:sub(1, -3) end
  local rest = line:sub(1, first_of_digest_head - 1)
  return line:sub(first_of_digest_head) == digest_head .. store.short_digest(rest) .. line_end .. "\n", rest
end

local function result_files(folder)
  local files = {}
  for _, name in ipairs(system.list(folder) or {}) do
    if name:match "^results%-.*%.jsonl$" then files[#files + 1] = folder .. "/" .. name end
  end
  return files
end

--- Whether a sweep has begun to keep results in a folder, be there lines or not.
---@param folder string
---@return boolean
function store.has_results(folder)
  settings.expect("store.has_results", 1, folder, "a string")
  return #result_files(folder) > 0
end

--- All whole lines of all result files: the address, whether the case failed, the line, the digest of the code that
--- gave it, if the line has it, the file, and whether the line is as it was written: nil where it has no digest.
local function lines(folder)
  return coroutine.wrap(function()
    for _, path in ipairs(result_files(folder)) do
      -- The last line of a file that is being written, or whose writer was killed, may be torn.
      for line in io.lines(path, "L") do
        if line:sub(1, #line_head) == line_head and line:sub(-2) == "}\n" then
          local intact, rest = examined(line)
          local digest = rest:sub(-short_length - #code_head - 1, -short_length - 2) == code_head
            and rest:sub(-short_length - 1, -2)
          -- Of a line without a digest, as they were once written, all that can be asked is whether it is JSON.
          local is_sound = intact or intact == nil and json.decode(line) ~= nil
          coroutine.yield(line:sub(first_of_id, last_of_id),
            line:sub(last_of_id + 1, last_of_failure) == failure_head, line, digest or nil, path, is_sound, intact)
        end
      end
    end
  end)
end

--- Which cases have finished. Damaged lines count for nothing.
---@param folder string
---@return table<string, "done"|"failed"> states by address; a case that failed and was done at another time is done
---@return table<string, string> digests by address, those of the code that gave the rows
---@return integer undigested how many lines have no digest: whether they are as they were written, nobody can tell
function store.states(folder)
  settings.expect("store.states", 1, folder, "a string")
  local states, digests, undigested = {}, {}, 0
  for id, failed, _, digest, _, is_sound, intact in lines(folder) do
    if intact == nil then undigested = undigested + 1 end
    if is_sound and not (states[id] == "done" or failed and states[id]) then
      states[id] = failed and "failed" or "done"
      digests[id] = digest
    end
  end
  return states, digests, undigested
end

--- The rows with the given addresses, in their order: those that were done, and those that failed.
---@param folder string
---@param ids string[]
---@return table[] done
---@return table[] failed
---@return string[] damaged for each result that only a damaged line has, its file
function store.rows(folder, ids)
  settings.expect("store.rows", 1, folder, "a string")
  settings.expect("store.rows", 2, ids, "a list of strings")
  local wanted, found, broken = {}, {}, {}
  for _, id in ipairs(ids) do wanted[id] = true end
  for id, failed, line, _, path, is_sound in lines(folder) do
    if wanted[id] and (not found[id] or (found[id].failure and not failed)) then
      if is_sound then found[id] = store.decode(line) else broken[id] = path end
    end
  end
  local done, failures, damaged = {}, {}, {}
  for _, id in ipairs(ids) do
    local row = found[id]
    if row then table.insert(row.failure and failures or done, row) end
    if broken[id] and (not row or row.failure) then damaged[#damaged + 1] = broken[id] end
  end
  return done, failures, damaged
end

---@class vnn.experiment.store.File
---@field path string
---@field append fun(line: string): true?, string? adds a line and flushes it; nil and a message when it cannot
---@field lock vnn.Lock

--- Opens a shard's file of results for appending: cuts off a torn last line, and keeps others from writing to it.
---@param folder string
---@param shard string such as "1-of-1"
---@return vnn.experiment.store.File? file nil when another process writes to it
---@return string? message
function store.open(folder, shard)
  settings.expect("store.open", 1, folder, "a string")
  settings.expect("store.open", 2, shard, "a string")
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
  return { path = path, lock = lock, append = function(line) return system.append_line(path, line) end }
end

--- Whether a sweep of the shard is running.
---@param folder string
---@param shard string
---@return boolean
function store.is_running(folder, shard)
  settings.expect("store.is_running", 1, folder, "a string")
  settings.expect("store.is_running", 2, shard, "a string")
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
--- local store, system = require "vnn.experiment.store", require "vnn.system"
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
  settings.expect("store.artefact", 1, folder, "a string")
  settings.expect("store.artefact", 2, address, "a string")
  settings.expect("store.artefact", 3, extension, "a string")
  settings.expect("store.artefact", 4, build, "a function")
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
