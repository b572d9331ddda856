using System.Globalization;
using System.Text;

namespace Touchline.Collectors.Host.Reading;

/// <summary>
/// A row of a table with a column for each processor, as /proc/interrupts and /proc/softirqs are: its name, its counts, and the text behind.
/// </summary>
internal sealed record CountsByProcessor(string Name, double[] Counts, string[] Rest)
{
    /// <summary>Rows with a count for each processor of the heading; those with fewer belong to no processor and are left out.</summary>
    /// <exception cref="FormatException">A count is no number.</exception>
    public static IEnumerable<CountsByProcessor> Parse(ReadOnlySpan<byte> text)
    {
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        var processors = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return lines.Skip(1).Select(line => ParseRow(line, processors)).OfType<CountsByProcessor>();
    }

    private static CountsByProcessor? ParseRow(string line, int processors)
    {
        // On ARM a count may follow the name without a blank.
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var words = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return colon < 0 || words.Length < processors
            ? null
            : new CountsByProcessor(line[..colon].Trim(), [.. words.Take(processors).Select(Number)], words[processors..]);
    }

    private static double Number(string word) => double.Parse(word, NumberStyles.None, CultureInfo.InvariantCulture);
}
