using Touchline.Benchmarks.Servers;

namespace Touchline.Benchmarks.Storage;

/// <summary>Measures every server in every round, each in a folder that is gone afterwards.</summary>
internal static class Rounds
{
    /// <summary>
    /// The figures by the server's name. Another server begins each round, so that none is always the one behind the same other. Prometheus
    /// takes longest and is there for orientation, no aim being a ratio to it: it has one round.
    /// </summary>
    public static async Task<Dictionary<string, Medians>> RunAsync(
        IReadOnlyList<Contender> contenders, int rounds, string work, Func<Contender, string, Medians, Task> measure)
    {
        var figures = contenders.ToDictionary(contender => contender.Name, _ => new Medians());
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                var contender = contenders[(turn + round) % contenders.Count];
                if (round > 0 && contender is Prometheus)
                {
                    continue;
                }
                var folder = Path.Combine(work, contender.Name);
                await measure(contender, folder, figures[contender.Name]);
                Directory.Delete(folder, recursive: true);
            }
        }
        return figures;
    }
}
