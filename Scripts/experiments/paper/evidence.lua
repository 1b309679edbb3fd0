--- What a report keeps beside its pages, so that every verdict and number can be checked again.
---
--- ```
--- report/rows.csv             one line for each run, every value that is one
--- report/summary.csv          Table 3 in numbers
--- report/witnesses.jsonl.gz   `id` of the run, `problem`, and `input`, every digit of it
--- report/incumbents.csv.gz    `id`, seconds, and the embedded and the dense network's margin there
--- report/problems/            what was asked: region, class and target
--- ```
local data = require "vnn.data"
local grid = require "paper.grid"
local json = require "vnn.json"
local names = require "vnn.names"
local protocol = require "vnn.protocol"
local report = require "vnn.report"
local summary = require "paper.summary"
local system = require "vnn.system"
local verify = require "vnn.verify"

local evidence = {}

local loaded = {}

--- The image of a row, and the names of its classes.
---@param row table
---@return vnn.Tensor? input nil when the data set is not there
---@return string[]|string classes a message then
function evidence.image(row)
  local key = ("%s %d"):format(row.dataset, row.side)
  if not loaded[key] then
    local images, message = data.load(row.dataset, { side = row.side })
    if not images then return nil, message end
    loaded[key] = images
  end
  local draw = protocol.draws[grid.draw_number(row)]
  return loaded[key]:image(draw.index + 1), loaded[key].classes
end

--- The witness of a row: its image with the pixels that were changed.
---@param row table with `witness`
---@param image vnn.Tensor
---@return number[]
function evidence.witness(row, image)
  local input = image:table()
  for _, pixel in ipairs(row.witness) do input[pixel[1]] = pixel[2] end
  return input
end

--- Columns of the table of rows: everything that is one value, the case before its result. `seed` is the draw's
--- data_seed, that of the networks is `grid.training_seed`.
local function columns_of(rows)
  local first = {
    "id", "protocol", "solver", "time_limit", "limit_in", "classes", "norm", "bounds", "over", "candidates", "dataset",
    "side", "layers", "width", "seed", "repetition", "network", "method", "structure", "rate", "finetuned",
    "finetuning", "rounds", "pruned_layers",
  }
  local known, others = {}, {}
  for _, name in ipairs(first) do known[name] = true end
  for _, row in ipairs(rows) do
    for name, value in pairs(row) do
      if type(value) ~= "table" then others[name] = not known[name] or nil end
    end
  end
  local rest = names.sorted(others)
  return table.move(rest, 1, #rest, #first + 1, first)
end

local function rows_csv(rows)
  local columns, lines = columns_of(rows), {}
  for position, row in ipairs(rows) do
    lines[position] = {}
    for column, name in ipairs(columns) do lines[position][column] = row[name] end
  end
  return report.csv(columns, lines)
end

local function incumbents_csv(rows)
  local points = {}
  for _, row in ipairs(rows) do
    for _, point in ipairs(row.incumbents or {}) do points[#points + 1] = { row.id, point[1], point[2], point[3] } end
  end
  return report.csv({ "id", "seconds", "embedded_margin", "dense_margin" }, points)
end

--- The witnesses as lines of JSON; and the problems by their names. Nil and a message when a data set is not there.
local function witnesses_and_problems(rows)
  local lines, problems = {}, {}
  for _, row in ipairs(rows) do
    if row.problem then
      local image, message = evidence.image(row)
      if not image then return nil, message end
      problems[row.problem] = problems[row.problem] or verify.problem {
        input = image, lower = 0, upper = 1, norm = row.norm, epsilon = row.epsilon, rows = row.side,
        class = row.class, target = row.target,
        facts = { dataset = row.dataset, index = row.image, data_seed = row.seed },
      }
      if row.witness then
        lines[#lines + 1] = json.encode {
          id = row.id, problem = row.problem, input = evidence.witness(row, image),
        } .. "\n"
      end
    end
  end
  return table.concat(lines), problems
end

--- Writes all of it.
---@param folder string of the report, which is there
---@param rows table[]
---@param entries paper.Entry[]
---@return true? written nil when something cannot be written
---@return string? message
function evidence.write(folder, rows, entries)
  local files = {
    ["rows.csv"] = rows_csv(rows),
    ["summary.csv"] = report.csv(summary.csv(entries)),
    ["incumbents.csv.gz"] = system.gzip(incumbents_csv(rows)),
  }
  local witnesses, problems = witnesses_and_problems(rows)
  if not witnesses then return nil, problems end
  files["witnesses.jsonl.gz"] = system.gzip(witnesses)
  for name, content in pairs(files) do
    local written, message = system.write_file(folder .. "/" .. name, content)
    if not written then return nil, message end
  end
  local place = folder .. "/problems"
  local made, message = system.make_directory(place)
  if not made then return nil, message end
  for _, name in ipairs(assert(system.list(place))) do system.remove(place .. "/" .. name) end
  for name, problem in pairs(problems) do
    local saved, reason = problem:save(("%s/%s.json"):format(place, name))
    if not saved then return nil, reason end
  end
  return true
end

return evidence
