--- Shows things beside what a cell returns: `display(value)`, the pictures of `plot.draw`, and how far something is as
--- one line that changes.
local channels = require "vnn.kernel.channels"
local report = require "vnn.report"
local settings = require "vnn.settings"
local system = require "vnn.system"

local display = {}

--- Seconds between two changes of the line.
local pause = 0.1

--- The line of progress of this cell: its name among the displays, and what it says and will say.
local line
local lines = 0

local function bundle_of(text) return { ["text/plain"] = text } end

local function send()
  local content = { data = bundle_of(line.text), metadata = {}, transient = { display_id = line.name } }
  channels.publish(line.is_shown and "update_display_data" or "display_data", content)
  line.is_shown, line.is_due, line.since = true, false, system.clock()
end

--- Shows how far something is, in place of what was said before in this cell.
---@param text? string (default: what was said last stays)
function display.progress(text)
  settings.expect("display.progress", 1, text, "a string or nothing")
  if not text then return end
  if not line then
    lines = lines + 1
    line = { name = ("progress-%d-%d"):format(system.process_id, lines), since = -math.huge }
  end
  line.is_due, line.text = line.is_due or line.text ~= text, text
  if line.is_due and system.clock() - line.since >= pause then send() end
end

--- The line about a solve.
---
--- ```lua
--- local display = require "vnn.kernel.display"
--- print(display.solve_line { seconds = 2.5, incumbent_objective = 3, bound = 4, nodes = 1200 })
--- --> solving  2.50 s  incumbent 3  bound 4  1200 nodes
--- ```
---@param event { seconds: number, incumbent_objective: number?, bound: number?, nodes: integer }
---@return string
function display.solve_line(event)
  settings.expect("display.solve_line", 1, event, "a table or vnn.SolveEvent")
  local parts = { "solving", report.seconds(event.seconds) }
  local function add(name, value)
    local is_number = value and value > -math.huge and value < math.huge
    if is_number then parts[#parts + 1] = ("%s %.6g"):format(name, value) end
  end
  add("incumbent", event.incumbent_objective)
  add("bound", event.bound)
  parts[#parts + 1] = ("%d nodes"):format(event.nodes)
  return table.concat(parts, "  ")
end

--- Shows how far a solve is.
---@param event vnn.SolveEvent
function display.solve(event)
  settings.expect("display.solve", 1, event, "vnn.SolveEvent")
  display.progress(display.solve_line(event))
end

--- Ends the line of progress of a cell.
function display.finish()
  if line and line.is_due then send() end
  line = nil
end

--- Shows values as the result of a cell would be shown.
---@param ... any
function display.show(...)
  channels.publish("display_data", { data = require("vnn.kernel.rich").bundle(table.pack(...)), metadata = {} })
end

--- Shows a picture that was drawn.
local function show_drawing(path)
  local svg = system.read_file(path)
  if not svg then return end
  channels.publish("display_data", { data = { ["image/svg+xml"] = svg, ["text/plain"] = path }, metadata = {} })
end

--- Shows the page of a document that was saved, in a frame of its own: its style is not the notebook's.
local function show_page(page)
  local html = require "vnn.kernel.html"
  channels.publish("display_data", {
    data = { ["text/html"] = html.frame(page:html()), ["text/plain"] = page:text() }, metadata = {},
  })
end

--- Has plots, reports and progress shown in the notebook, and offers the global `display`.
function display.prepare()
  report.show_progress_by(display.progress)
  local plot = require "vnn.plot"
  local draw = plot.draw
  plot.draw = function(options)
    local drawn, message = draw(options)
    if drawn then show_drawing(drawn.svg) end
    return drawn, message
  end
  require("vnn.document").show_saved_by(show_page)
  _G.display = display.show
end

return display
