namespace Touchline.Collectors;

/// <summary>Something in this process that can be collected: the host, or Touchline itself. Thread-safe.</summary>
public interface IMetricSource
{
    /// <summary>Writes everything it sees now. A part that fails is left out and said in the figures; it does not throw.</summary>
    void Collect(IMetricWriter writer, CancellationToken cancellationToken);
}
