using Touchline.Model;
using Touchline.PromQL.Syntax;

namespace Touchline.PromQL;

/// <summary>
/// An answer. Which of the values is set follows <see cref="Type"/>: a scalar and a string have one time; a vector has one point a
/// series (<see cref="VectorSample"/>); a matrix has columns a series, ordered by labels.
/// </summary>
public sealed record QueryResult
{
    public required ExprType Type { get; init; }

    public Sample Scalar { get; init; }

    public string String { get; init; } = "";

    public IReadOnlyList<VectorSample> Vector { get; init; } = [];

    public IReadOnlyList<SeriesColumns> Matrix { get; init; } = [];

    public IReadOnlyList<Annotation> Annotations { get; init; } = [];

    public QueryStatistics Statistics { get; init; } = new(0, 0, 0, 0);

    /// <summary>The plan with its cost where the caller asked for it; null for a string, which has none.</summary>
    public ExplainedNode? Plan { get; init; }
}

/// <summary>One series of an instant answer; <see cref="Histogram"/> is set instead of the value for native histograms.</summary>
public readonly record struct VectorSample(Labels Labels, long TimestampMs, double Value, NativeHistogram? Histogram);

/// <summary>One series of a range answer: times (ms) beside values; <see cref="Histograms"/> is null or one entry a point, null for floats.</summary>
public sealed record SeriesColumns(Labels Labels, ReadOnlyMemory<long> Timestamps, ReadOnlyMemory<double> Values, NativeHistogram?[]? Histograms);

public enum AnnotationLevel
{
    Info,
    Warning,
}

/// <summary>Something that the reader of an answer should know, as Prometheus words it, with the place in the query it is about.</summary>
public sealed record Annotation(AnnotationLevel Level, string Message, TextSpan Span)
{
    /// <summary>The message with line and column behind it, as Prometheus's API gives it; an annotation about no place has none.</summary>
    public string Describe(string query) =>
        Span == default ? Message : SyntaxError.At(query, Span, Message) is var at ? $"{Message} ({at.Line}:{at.Column})" : Message;
}

/// <summary>What a query cost: samples and series read, the most samples held at once, ms from start to end.</summary>
public sealed record QueryStatistics(long SamplesRead, long SeriesRead, long PeakSamples, double ElapsedMs)
{
    /// <summary>The samples that all steps looked at, as Prometheus counts them: one that two steps looked at counts twice.</summary>
    public long QueryableSamples { get; init; }

    public long ChunksDecoded { get; init; }

    /// <summary>Those of each step; empty where the caller did not ask.</summary>
    public IReadOnlyList<StepSamples> SamplesPerStep { get; init; } = [];
}

/// <summary>How many samples one step looked at.</summary>
public readonly record struct StepSamples(long TimestampMs, long Samples);
