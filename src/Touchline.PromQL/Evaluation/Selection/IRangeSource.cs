using Touchline.Storage;

namespace Touchline.PromQL.Evaluation.Selection;

/// <summary>The series of a range, one after the other. Loading is thread-safe as long as each thread brings its own columns.</summary>
internal interface IRangeSource
{
    int Count { get; }

    /// <summary>Samples that it holds in the query's budget, to be released by who opened it.</summary>
    long HeldSamples { get; }

    SeriesIdentity IdentityOf(int series);

    /// <summary>Fills the cleared columns with all samples of a series that any window needs. Staleness markers may be among them.</summary>
    void Load(int series, SampleColumns into);
}
