namespace Touchline.Collectors.Probes;

/// <summary>What a probe found.</summary>
/// <param name="Success">Whether all was as the module wants it.</param>
/// <param name="Reason">Why not, in few words without names or addresses; empty where it was.</param>
/// <param name="Error">Why not, in full; empty where it was.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Metrics">Its figures, probe_success and probe_duration_seconds among them.</param>
/// <param name="Log">What it did.</param>
public sealed record ProbeOutcome(bool Success, string Reason, string Error, TimeSpan Duration, ProbeMetrics Metrics, string Log);
