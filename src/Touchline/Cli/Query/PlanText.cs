using System.Globalization;
using System.Text.Json;

namespace Touchline.Cli.Query;

/// <summary>A plan as a tree with its cost. What it gives is false where the server does not explain.</summary>
internal static class PlanText
{
    private static readonly string[] Header = ["ms", "own ms", "series", "points", "samples", "chunks"];
    private static readonly string[] Fields = ["ms", "ownMs", "series", "points", "samplesRead", "chunksDecoded"];

    public static bool Print(JsonElement data, Terminal terminal)
    {
        if (!data.TryGetProperty("explain", out var plan))
        {
            return false;
        }
        if (plan.ValueKind == JsonValueKind.Null)
        {
            terminal.Output.WriteLine(terminal.Dim("there is nothing to compute"));
            return true;
        }
        var rows = Rows(plan).ToList();
        var cells = rows.ConvertAll(row => Fields.Select(field => Cell(row.Node, field)).ToArray());
        var widths = Header.Select((title, column) => Math.Max(title.Length, cells.Max(row => row[column].Length))).ToArray();
        terminal.Output.WriteLine(terminal.Dim(string.Join("  ", Header.Select((title, column) => title.PadLeft(widths[column])).Append("operator"))));
        for (var i = 0; i < rows.Count; i++)
        {
            var (node, branch) = rows[i];
            var figures = string.Join("  ", cells[i].Select((cell, column) => cell.PadLeft(widths[column])));
            var name = node.GetProperty("operator").GetString()!;
            var room = Math.Max(20, terminal.Width - figures.Length - branch.Length - name.Length - 3);
            var expression = node.GetProperty("expr").GetString()!;
            var shown = !terminal.CutsLines || expression.Length <= room ? expression : string.Concat(expression.AsSpan(0, room - 1), "…");
            terminal.Output.WriteLine($"{figures}  {terminal.Dim(branch)}{terminal.Bold(name)} {shown}");
        }
        return true;
    }

    public static bool PrintCsv(JsonElement data, TextWriter output)
    {
        if (!data.TryGetProperty("explain", out var plan))
        {
            return false;
        }
        AnswerCsv.Write(output, ["depth", "operator", "expr", "steps", .. Fields]);
        foreach (var (node, depth) in plan.ValueKind == JsonValueKind.Null ? [] : WithDepth(plan, 0))
        {
            AnswerCsv.Write(output,
            [
                depth.ToString(CultureInfo.InvariantCulture), node.GetProperty("operator").GetString()!, node.GetProperty("expr").GetString()!,
                node.GetProperty("steps").GetRawText(), .. Fields.Select(field => node.GetProperty(field).GetRawText()),
            ]);
        }
        return true;
    }

    private static IEnumerable<(JsonElement Node, int Depth)> WithDepth(JsonElement root, int depth) =>
        Rows(root).Select(row => (row.Node, depth + row.Branch.Length / 2));

    /// <summary>Outer operators first, each behind the lines that lead to it, two characters a level.</summary>
    private static IEnumerable<(JsonElement Node, string Branch)> Rows(JsonElement root)
    {
        var open = new Stack<(JsonElement Node, string Branch, string Below)>([(root, "", "")]);
        while (open.TryPop(out var next))
        {
            yield return (next.Node, next.Branch);
            var children = next.Node.GetProperty("children").EnumerateArray().ToList();
            for (var i = children.Count - 1; i >= 0; i--)
            {
                var isLast = i == children.Count - 1;
                open.Push((children[i], next.Below + (isLast ? "└ " : "├ "), next.Below + (isLast ? "  " : "│ ")));
            }
        }
    }

    private static string Cell(JsonElement node, string field)
    {
        var number = node.GetProperty(field).GetDouble();
        return field is "ms" or "ownMs" ? number.ToString("0.000", CultureInfo.InvariantCulture)
            : number == 0 && field is "samplesRead" or "chunksDecoded" ? ""
            : number.ToString("0", CultureInfo.InvariantCulture);
    }
}
