using Touchline.Model;

namespace Touchline.Storage;

/// <summary>The exemplars of one series, ascending in time, each once.</summary>
public sealed record ExemplarSeries(Labels Labels, IReadOnlyList<Exemplar> Exemplars);
