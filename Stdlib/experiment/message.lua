--- What an experiment says about its cases and the rows that they gave, one sentence each.
local settings = require "vnn.settings"

local message = {}

--- Writes a line to standard error that begins with the experiment's name.
---
--- ```lua
--- require("vnn.experiment.message").say("grid", "interrupted") -- grid: interrupted
--- ```
---@param name string of the experiment
---@param text string
function message.say(name, text)
  settings.expect("message.say", 1, name, "a string")
  settings.expect("message.say", 2, text, "a string")
  -- In one write, so that lines of several processes do not mix.
  io.stderr:write(("%s: %s\n"):format(name, text))
end

--- A number of rows.
---
--- ```lua
--- local message = require "vnn.experiment.message"
--- print(message.rows(1), message.rows(2)) --> 1 row	2 rows
--- ```
---@param count integer
---@return string
function message.rows(count)
  settings.expect("message.rows", 1, count, "an integer")
  return ("%d row%s"):format(count, count == 1 and "" or "s")
end

local function verb(count) return count == 1 and "is" or "are" end

--- Cases have failed.
---@param count integer
---@param total integer cases there are
---@param first string why the first failed
---@param is_kept? boolean whether there is a folder to go on in
---@return string
function message.failed(count, total, first, is_kept)
  settings.expect("message.failed", 1, count, "an integer")
  settings.expect("message.failed", 2, total, "an integer")
  settings.expect("message.failed", 3, first, "a string")
  settings.expect("message.failed", 4, is_kept, "a boolean or nothing")
  local hint = is_kept and "; --retry-failed runs them again" or ""
  return ("%d of %d cases failed, the first: %s%s"):format(count, total, first, hint)
end

--- Rows were given by other code.
---@param count integer
---@param folder string
---@param changed string[] the parts of the code that have changed since; empty where nobody knows
---@return string
function message.other_code(count, folder, changed)
  settings.expect("message.other_code", 1, count, "an integer")
  settings.expect("message.other_code", 2, folder, "a string")
  settings.expect("message.other_code", 3, changed, "a list of strings")
  local what = "nobody knows which"
  if #changed > 0 then what = "changed: " .. table.concat(changed, ", ") end
  return ("%s in %s %s of other code (%s); --mixed-code takes them as they are, another --out begins anew"):format(
    message.rows(count), folder, verb(count), what)
end

--- Rows belong to none of the cases: another file of a policy, say, has made them others.
---@param count integer
---@param folder string
---@return string
function message.other_cases(count, folder)
  settings.expect("message.other_cases", 1, count, "an integer")
  settings.expect("message.other_cases", 2, folder, "a string")
  return ("%s in %s %s of cases that are not chosen now"):format(message.rows(count), folder, verb(count))
end

--- Rows cannot be read.
---@param count integer
---@param total integer cases there are
---@param first string what is wrong with the first
---@return string
function message.damaged(count, total, first)
  settings.expect("message.damaged", 1, count, "an integer")
  settings.expect("message.damaged", 2, total, "an integer")
  settings.expect("message.damaged", 3, first, "a string")
  return ("%s: %d of %d rows are damaged; --resume runs these cases again"):format(first, count, total)
end

--- Nothing vouches for rows.
---@param count integer
---@param folder string
---@return string
function message.undigested(count, folder)
  settings.expect("message.undigested", 1, count, "an integer")
  settings.expect("message.undigested", 2, folder, "a string")
  return ("%s in %s without a digest: whether something has changed %s cannot be told"):format(
    message.rows(count), folder, count == 1 and "it" or "them")
end

--- Cases are still to be run.
---@param count integer
---@param total integer
---@return string
function message.missing(count, total)
  settings.expect("message.missing", 1, count, "an integer")
  settings.expect("message.missing", 2, total, "an integer")
  return ("%d of %d cases have no result yet"):format(count, total)
end

--- A folder has results, and nothing was said about going on.
---@param count integer cases that are done
---@param total integer
---@param folder string
---@return string
function message.begun(count, total, folder)
  settings.expect("message.begun", 1, count, "an integer")
  settings.expect("message.begun", 2, total, "an integer")
  settings.expect("message.begun", 3, folder, "a string")
  return ("%s has results of %d of the %d cases already: --resume runs the others, --report shows what is there, "
    .. "another --out begins anew"):format(folder, count, total)
end

--- What a folder remembers of its command cannot be read.
---@param reason string which begins with the file
---@return string
function message.unreadable(reason)
  settings.expect("message.unreadable", 1, reason, "a string")
  return reason .. ": cannot be read; without that file --resume goes on with all options given again, and another "
    .. "--out begins anew"
end

--- A folder has results and no command.
---@param folder string
---@return string
function message.forgotten(folder)
  settings.expect("message.forgotten", 1, folder, "a string")
  return ("%s does not remember the options that it was begun with: those that are not given are the defaults"):format(
    folder)
end

--- There is nothing to tell of.
---@param folder string
---@return string
function message.unbegun(folder)
  settings.expect("message.unbegun", 1, folder, "a string")
  return "no sweep has been begun in " .. folder
end

--- There is nothing to go on from.
---@param folder string
---@return string
function message.nothing_before(folder)
  settings.expect("message.nothing_before", 1, folder, "a string")
  return ("nothing has been run in %s: it begins anew"):format(folder)
end

return message
