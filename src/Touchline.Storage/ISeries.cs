using Touchline.Model;

namespace Touchline.Storage;

/// <summary>One series of a querier, valid until the querier is disposed. Thread-safe.</summary>
public interface ISeries
{
    Labels Labels { get; }

    /// <summary>The value of one label, or the empty string: a store that makes label sets when they are asked for need not make this one.</summary>
    string LabelValue(string name) => Labels[name];

    /// <summary>The <see cref="DescriptionlessHash"/> of the labels.</summary>
    ulong DescriptionlessHash() => Model.DescriptionlessHash.Of(Labels);

    /// <summary>
    /// Appends the samples between the two times, both inclusive, to the columns, in order of time, each timestamp once; staleness
    /// markers are included bit for bit.
    /// </summary>
    void Read(long minTimeMs, long maxTimeMs, SampleColumns into);

    /// <summary>Since when the series counts, each time that it was told with <see cref="IAppender.SetCreated"/>, ascending; ms since the Unix epoch.</summary>
    IReadOnlyList<long> CreatedTimes() => [];
}
