namespace Touchline.Storage;

/// <summary>
/// Told of the memory that columns take, before they take it, in samples of 16 bytes; a native histogram is as many as it fills
/// (<see cref="Model.NativeHistogram.SampleSize"/>). So one that reads can be stopped in the middle of a series. Thread-safe: the columns of several threads share one.
/// </summary>
public interface ISampleMeter
{
    /// <summary>So many more are about to be held; where that is too much it throws, and they are not.</summary>
    void Reserve(long samples);

    void Release(long samples);

    /// <summary>So many chunks were decoded for what was reserved; for who wants to know what a query costs.</summary>
    void CountChunks(long chunks)
    {
    }
}
