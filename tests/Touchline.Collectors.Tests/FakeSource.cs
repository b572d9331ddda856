namespace Touchline.Collectors.Tests;

/// <summary>A source that writes what a test tells it to.</summary>
internal sealed class FakeSource : IMetricSource
{
    public Action<IMetricWriter> Write { get; set; } = _ => { };

    public int Collections { get; private set; }

    public void Collect(IMetricWriter writer, CancellationToken cancellationToken)
    {
        Collections++;
        Write(writer);
    }
}
