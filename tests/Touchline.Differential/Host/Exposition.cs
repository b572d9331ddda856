using System.Globalization;

namespace Touchline.Differential.Host;

/// <summary>A text exposition taken apart, just enough to compare two of them: what families are, and what samples say.</summary>
internal sealed class Exposition
{
    public Dictionary<string, (string Type, string Help)> Families { get; } = new(StringComparer.Ordinal);

    /// <summary>Values by series, labels in order of name.</summary>
    public Dictionary<string, double> Samples { get; } = new(StringComparer.Ordinal);

    public static Exposition Parse(string text)
    {
        var exposition = new Exposition();
        var help = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ', 4);
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                help[words[2]] = words.Length > 3 ? words[3] : "";
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                exposition.Families[words[2]] = (words[3], help.GetValueOrDefault(words[2], ""));
            }
            else if (line[0] != '#')
            {
                var at = line.LastIndexOf(' ');
                exposition.Samples[Sorted(line[..at])] = Value(line[(at + 1)..]);
            }
        }
        return exposition;
    }

    /// <summary>Takes out families and series by their name.</summary>
    public void Remove(Predicate<string> match)
    {
        foreach (var name in Families.Keys.Where(name => match(name)).ToList())
        {
            Families.Remove(name);
        }
        foreach (var series in Samples.Keys.Where(series => match(series)).ToList())
        {
            Samples.Remove(series);
        }
    }

    /// <summary>The family that a series of a collector without histograms belongs to: its name.</summary>
    public static string FamilyOf(string series) => series.Split('{')[0];

    private static double Value(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };

    private static string Sorted(string series)
    {
        var brace = series.IndexOf('{', StringComparison.Ordinal);
        if (brace < 0)
        {
            return series;
        }
        var labels = new List<string>();
        var rest = series[(brace + 1)..^1];
        while (rest.Length > 0)
        {
            // name="value", where the value may hold escaped quotes and commas.
            var end = rest.IndexOf('"', StringComparison.Ordinal) + 1;
            while (rest[end] != '"')
            {
                end += rest[end] == '\\' ? 2 : 1;
            }
            // node_exporter says 0 of every disk where the kernel has dropped any one of the queue's files that it reads; we read this one.
            if (!rest.StartsWith("rotational=", StringComparison.Ordinal))
            {
                labels.Add(rest[..(end + 1)]);
            }
            rest = rest[(end + 1)..].TrimStart(',');
        }
        return $"{series[..brace]}{{{string.Join(',', labels.Order(StringComparer.Ordinal))}}}";
    }
}
