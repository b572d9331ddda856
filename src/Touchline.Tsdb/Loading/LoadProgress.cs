namespace Touchline.Tsdb.Loading;

/// <summary>How far the start has come, in bytes of files to be read. Written by the loading thread, read by anyone.</summary>
internal sealed class LoadProgress
{
    private long _expected;
    private long _done;

    public long ExpectedBytes => Interlocked.Read(ref _expected);

    public long DoneBytes => Math.Min(Interlocked.Read(ref _done), ExpectedBytes);

    /// <summary>Between 0 and 1; 0 as long as it is not known how much there is.</summary>
    public double Ratio => ExpectedBytes is > 0 and var expected ? (double)DoneBytes / expected : 0;

    public void Expect(long bytes) => Interlocked.Add(ref _expected, bytes);

    public void Advance(long bytes) => Interlocked.Add(ref _done, bytes);
}
