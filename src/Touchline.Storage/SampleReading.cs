namespace Touchline.Storage;

/// <summary>
/// What a caller makes of the samples. A store that keeps aggregates in place of old samples answers with rows that give the same result;
/// samples that it still has are given as they are, whatever the reading; but see <see cref="Count"/> and <see cref="Presence"/>.
/// </summary>
public enum SampleReading
{
    /// <summary>One row an aggregate: its last sample.</summary>
    Last,

    /// <summary>
    /// One or two rows an aggregate: its first and its last sample. The <see cref="SampleColumns.Counts"/> of an aggregate's rows add up to the
    /// number of its samples.
    /// </summary>
    Edges,

    /// <summary>
    /// As <see cref="Edges"/>, and between them rows, which stand for no sample, through which the value falls from the sum of all values from
    /// which the samples fell.
    /// </summary>
    Counter,

    /// <summary>One row an aggregate: its lowest value, at the time of its last sample. NaN only where nothing else was there.</summary>
    Minimum,

    /// <summary>One row an aggregate: its highest value, at the time of its last sample. NaN only where nothing else was there.</summary>
    Maximum,

    /// <summary>One row an aggregate: the sum of its samples, at the time of the last, with their number in <see cref="SampleColumns.Counts"/>.</summary>
    Sum,

    /// <summary>
    /// Only the times are looked at: the value of a sample that is a float and no staleness marker may be given as any other such value, so that a store
    /// need not decode it. One row an aggregate: any value, at the time of its last sample, with the number of samples in <see cref="SampleColumns.Counts"/>; and so may any run of
    /// samples be given where they are looked at once only (<see cref="SelectHints.StepMs"/> is 0).
    /// </summary>
    Count,

    /// <summary>
    /// Only whether there is a sample and when the latest was is looked at: values are given as for <see cref="Count"/>. One row an aggregate: any value, at the time of its last sample;
    /// and so may any run of samples be given where they are looked at once only.
    /// </summary>
    Presence,
}
