using System.Text.RegularExpressions;
using Touchline.Model;

namespace Touchline.PromQL.Scripts;

/// <summary>
/// A test script: series to load, queries over them and the answers expected. Source of the format: Prometheus,
/// promql/promqltest/README.md.
/// </summary>
public sealed record PromQLScript(string Name, IReadOnlyList<ScriptCommand> Commands)
{
    /// <param name="name">What reports call the script, its path as a rule.</param>
    /// <param name="text">The script.</param>
    /// <exception cref="PromQLScriptException">A line is not what the format allows.</exception>
    public static PromQLScript Parse(string name, string text) => new ScriptParser(name, text).Parse();
}

/// <summary>A script that cannot be read; line and column count from 1.</summary>
public sealed class PromQLScriptException(string script, int line, int column, string message) : FormatException($"{script}:{line}:{column}: {message}")
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}

/// <summary>One step of a script. <paramref name="Line"/> counts from 1.</summary>
public abstract record ScriptCommand(int Line);

/// <summary>Forgets all that was loaded.</summary>
public sealed record ClearCommand(int Line) : ScriptCommand(Line);

/// <summary>
/// Adds series whose values stand at 0, one interval, two intervals, … (ms). With <paramref name="WithCustomBuckets"/> classic histograms are
/// loaded a second time as native ones.
/// </summary>
public sealed record LoadCommand(int Line, long IntervalMs, bool WithCustomBuckets, IReadOnlyList<SeriesDescription> Series) : ScriptCommand(Line);

/// <summary>A query and what is expected of it. Times in ms; of an instant query start is the time, end and step only say where a range vector's points lie.</summary>
public sealed record EvalCommand(int Line, string Query, bool IsRange, long StartMs, long EndMs, long StepMs) : ScriptCommand(Line)
{
    /// <summary>The time of an instant query.</summary>
    public long TimeMs { get; init; } = StartMs;

    public IReadOnlyList<ExpectedMessage> Failures { get; init; } = [];

    public IReadOnlyList<ExpectedMessage> Warnings { get; init; } = [];

    public IReadOnlyList<ExpectedMessage> Infos { get; init; } = [];

    public bool NoWarnings { get; init; }

    public bool NoInfos { get; init; }

    public bool Ordered { get; init; }

    /// <summary>The expected series in the order in which they are written.</summary>
    public IReadOnlyList<SeriesDescription> Series { get; init; } = [];

    public double? Scalar { get; init; }

    public string? String { get; init; }

    /// <summary>Whether an instant query is expected to give a range vector.</summary>
    public bool ExpectsRangeVector { get; init; }
}

/// <summary>A message that must be given: exactly this one, one that the expression finds, or any where both are null.</summary>
public sealed record ExpectedMessage(string? Text, Regex? Pattern)
{
    public static ExpectedMessage Any { get; } = new(null, null);

    public bool Matches(string message) => Text is not null ? Text == message : Pattern is null || Pattern.IsMatch(message);

    public override string ToString() => Text is not null ? $"message {QuotedString.Of(Text)}" : Pattern is not null ? $"pattern {QuotedString.Of(Pattern.ToString())}" : "any message";
}

/// <summary>Labels and the values in the order of their steps.</summary>
public sealed record SeriesDescription(int Line, Labels Labels, IReadOnlyList<SequenceValue> Values);

/// <summary>One value of a series; neither number nor histogram where it is left out.</summary>
public readonly record struct SequenceValue(double Number, NativeHistogram? Histogram, bool Omitted)
{
    /// <summary>Whether the histogram's hint was written down, so that it is compared.</summary>
    public bool HintGiven { get; init; }

    public static SequenceValue None => new(0, null, true);
}
