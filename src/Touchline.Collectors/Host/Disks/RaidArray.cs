using System.Globalization;
using System.Text.RegularExpressions;

namespace Touchline.Collectors.Host.Disks;

/// <summary>An array as /proc/mdstat describes it: a line of its name and disks, a line of its size, and lines of what it is doing.</summary>
internal sealed partial record RaidArray(string Name)
{
    public RaidActivity Activity { get; private init; }

    /// <summary>Disks that the array should have.</summary>
    public double Disks { get; private init; }

    public double ActiveDisks { get; private init; }

    public double FailedDisks { get; private init; }

    public double SpareDisks { get; private init; }

    /// <summary>Its size in blocks of 1 KiB.</summary>
    public double Blocks { get; private init; }

    /// <summary>Blocks behind which a sync under way has come; all of them where none is.</summary>
    public double BlocksSynced { get; private init; }

    /// <exception cref="FormatException">The text is not what the kernel writes.</exception>
    public static List<RaidArray> ReadAll(string text)
    {
        var arrays = new List<RaidArray>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            var isArray = line.Length > 0 && !char.IsWhiteSpace(line[0])
                && !line.StartsWith("unused", StringComparison.Ordinal) && !line.StartsWith("Personalities", StringComparison.Ordinal);
            if (isArray)
            {
                arrays.Add(Read(lines.AsSpan(i)));
            }
        }
        return arrays;
    }

    private static RaidArray Read(ReadOnlySpan<string> lines)
    {
        var words = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 3 || lines.Length < 2)
        {
            throw new FormatException($"mdstat: an array was expected, not '{lines[0]}'");
        }
        var sized = WithSize(new RaidArray(words[0])
        {
            Activity = words[2] switch
            {
                "active" => RaidActivity.Active,
                "inactive" => RaidActivity.Inactive,
                _ => RaidActivity.Other,
            },
            FailedDisks = Count(lines[0], "(F)"),
            SpareDisks = Count(lines[0], "(S)"),
        }, lines[0], lines[1]);
        var progress = lines.Length > 2 && lines[2].Contains("bitmap", StringComparison.Ordinal) ? 3 : 2;
        return progress < lines.Length ? WithProgress(sized, lines[progress]) : sized;
    }

    private static RaidArray WithSize(RaidArray array, string disks, string size)
    {
        // "1046528 blocks super 1.2 [2/1] [U_]": two disks wanted, one there.
        var blocks = Number(size.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(""), size);
        array = array with { Blocks = blocks, BlocksSynced = blocks };
        if (disks.Contains("raid0", StringComparison.Ordinal) || disks.Contains("linear", StringComparison.Ordinal))
        {
            // Without redundancy no state of disks is told: those there are, are there.
            var count = Count(disks, "[");
            return array with { Disks = count, ActiveDisks = count };
        }
        if (array.Activity == RaidActivity.Inactive)
        {
            return array;
        }
        var match = DiskCounts().Match(size);
        return match.Success
            ? array with { Disks = Number(match.Groups[1].ValueSpan, size), ActiveDisks = Number(match.Groups[2].ValueSpan, size) }
            : throw new FormatException($"mdstat: the size and disks of {array.Name} were expected, not '{size}'");
    }

    private static RaidArray WithProgress(RaidArray array, string line)
    {
        var activity = Activities.FirstOrDefault(pair => line.Contains(pair.Word, StringComparison.Ordinal)).Activity;
        if (activity == RaidActivity.Other)
        {
            return array;
        }
        if (line.Contains("PENDING", StringComparison.Ordinal) || line.Contains("DELAYED", StringComparison.Ordinal))
        {
            return array with { Activity = activity, BlocksSynced = 0 };
        }
        // "(1813632/20964352)": blocks done of those to be done.
        var match = Progress().Match(line);
        return match.Success
            ? array with { Activity = activity, BlocksSynced = Number(match.Groups[1].ValueSpan, line) }
            : throw new FormatException($"mdstat: the progress of {array.Name} was expected, not '{line}'");
    }

    private static readonly (string Word, RaidActivity Activity)[] Activities =
    [
        ("recovery", RaidActivity.Recovering), ("reshape", RaidActivity.Reshaping), ("check", RaidActivity.Checking), ("resync", RaidActivity.Resyncing),
    ];

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private static double Number(ReadOnlySpan<char> text, string line) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new FormatException($"mdstat: a number was expected in '{line}'");

    [GeneratedRegex(@"blocks .*\[(\d+)/(\d+)\] \[[U_]+\]", RegexOptions.CultureInvariant)]
    private static partial Regex DiskCounts();

    [GeneratedRegex(@"\((\d+)/\d+\)", RegexOptions.CultureInvariant)]
    private static partial Regex Progress();
}
