using Touchline.Collectors.Middleware;
using Touchline.Collectors.Middleware.Postgres;
using Touchline.Configuration;

namespace Touchline.Collectors.Tests.Middleware;

/// <summary>Whether the configuration knows the collectors that there are.</summary>
public sealed class CollectorNameTests
{
    private static string[] Names => [.. PostgresQueries.For(Options(PostgresQueries.OffUnlessNamed)).Select(query => query.Collector).Append("settings").Distinct()];

    [Fact]
    public void Each_collector_can_be_switched_by_its_name()
    {
        var text = $"middleware: {{ postgresql: [{{ url: 'postgresql://a', collectors: {{ {string.Join(", ", Names.Select(name => $"{name}: false"))} }} }}] }}";

        var result = PrometheusConfigLoader.Parse(text, "p.yml", strict: true);

        Assert.Empty(result.Diagnostics);
        Assert.Empty(PostgresQueries.For(new PostgresOptions("postgresql://a", new MiddlewareCredentials(null, null)) { Selection = result.Config!.Middleware.PostgreSql[0].Postgres }));
    }

    [Fact]
    public void What_the_exporter_has_off_is_off_unless_it_is_named()
    {
        var options = new PostgresOptions("postgresql://a", new MiddlewareCredentials(null, null));

        Assert.Empty(PostgresQueries.For(options).Select(query => query.Collector).Intersect(PostgresQueries.OffUnlessNamed));
        Assert.Contains("stat_progress_vacuum", PostgresQueries.For(options).Select(query => query.Collector));
        Assert.Superset(PostgresQueries.OffUnlessNamed.ToHashSet(), Names.ToHashSet());
    }

    private static PostgresOptions Options(IEnumerable<string> named) => new("postgresql://a", new MiddlewareCredentials(null, null))
    {
        Selection = new PostgresSelection { Collectors = [.. named.Select(name => new CollectorSwitch(name, true))] },
    };
}
