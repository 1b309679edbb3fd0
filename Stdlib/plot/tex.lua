--- Makes what gnuplot's TikZ terminal wrote a file that a document can read as it is: with its definitions, and with
--- texts as they are meant, whatever TeX thinks of their characters.
local settings = require "vnn.settings"
local shell = require "vnn.host.shell"
local system = require "vnn.system"

local tex = {}

--- What a document with such pictures has before its beginning.
---@type string
tex.preamble = "\\usepackage{tikz}\\usetikzlibrary{arrows,patterns,plotmarks,backgrounds,fit}"

local special = {
  ["\\"] = "\\textbackslash{}", ["~"] = "\\textasciitilde{}", ["^"] = "\\textasciicircum{}", ["<"] = "\\textless{}",
  [">"] = "\\textgreater{}", ["|"] = "\\textbar{}",
}
for character in ("_&%#{}$"):gmatch "." do special[character] = "\\" .. character end

--- A text as TeX's source.
---
--- ```lua
--- print(require("vnn.plot.tex").escape "margin_aware: 50 %") --> margin\_aware: 50 \%
--- ```
---@param text string
---@return string
function tex.escape(text)
  settings.expect("tex.escape", 1, text, "a string")
  return (text:gsub("[\\~^<>|_&%%#{}$]", special))
end

local definitions

--- What gnuplot's pictures are made of, as this gnuplot writes it.
local function style()
  if definitions then return definitions end
  local folder, message = system.temporary_folder()
  if not folder then return nil, message end
  local made, refusal = shell.output(
    ("cd -- %s && gnuplot -e 'set terminal tikz createstyle' 2>&1"):format(shell.quote(folder.path)))
  local text = made and system.read_file(folder.path .. "/gnuplot-lua-tikz-common.tex")
  if not text then return nil, "gnuplot wrote no style for TikZ: " .. tostring(refusal) end
  -- Without comments on lines of their own, and without the word that ends the file.
  definitions = ("\n" .. text):gsub("\n%s*%%[^\n]*", ""):gsub("\\endinput%s*$", ""):gsub("\n%s*\n+", "\n")
  return definitions
end

--- Completes the file that gnuplot has written.
---@param path string
---@return string? path nil where gnuplot wrote none, which is no failure
---@return string? message why a file that is there cannot be completed
function tex.complete(path)
  settings.expect("tex.complete", 1, path, "a string")
  local text = system.read_file(path)
  if not text then return nil end
  local begins, message = style()
  if not begins then return nil, message end
  text = text:gsub("(\\node%[[^\n]-%] at %b() )(%b{})(;\n)", function(before, label, after)
    label = label:sub(2, -2)
    -- Numbers of axes are formulas of gnuplot's own.
    local is_number = label:match "^%$[%d%.%+%-\\%a{}^ ]*%$$"
    return before .. "{" .. (is_number and label or tex.escape(label)) .. "}" .. after
  end)
  -- The definitions end with the group, so that a document can read many such files.
  local lines = {
    "% A picture of gnuplot's, for \\input where it belongs. A document needs before \\begin{document}:",
    "% " .. tex.preamble, "\\begingroup\\makeatletter%" .. begins, "\\makeatother", text .. "\\endgroup",
  }
  local written
  written, message = system.write_file(path, table.concat(lines, "\n") .. "\n")
  return written and path or nil, message
end

return tex
