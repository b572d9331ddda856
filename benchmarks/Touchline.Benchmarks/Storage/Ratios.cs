using System.Globalization;
using System.Text;

namespace Touchline.Benchmarks.Storage;

/// <summary>Touchline's figures as shares of VictoriaMetrics', beside what is aimed at.</summary>
internal static class Ratios
{
    public static string Of(Dictionary<string, Medians> figures, IReadOnlyList<(string Figure, string Name, double Aim)> aims)
    {
        var text = new StringBuilder();
        if (!figures.TryGetValue("touchline", out var ours) || !figures.TryGetValue("victoria-metrics", out var theirs))
        {
            return "";
        }
        foreach (var (figure, name, aim) in aims)
        {
            var ratio = ours[figure] / theirs[figure];
            text.AppendLine(CultureInfo.InvariantCulture, $"\nTouchline's {name} is {ratio:F2} of victoria-metrics'; the aim is at most {aim:F2}: {(ratio <= aim ? "reached" : "missed")}.");
        }
        return text.ToString();
    }
}
