using FootballPrediction.Faults;
using FootballPrediction.Metrics;
using FootballPrediction.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace FootballPrediction.Tests.Storage;

/// <summary>A fresh database with its tables.</summary>
internal sealed class StoreUnderTest : IAsyncDisposable
{
    private readonly TemporaryDirectory? _directory;

    private StoreUnderTest(ISqlBackend backend, TemporaryDirectory? directory)
    {
        _directory = directory;
        Serving = new ServiceMetrics(NullLogger<ServiceMetrics>.Instance, TimeProvider.System);
        Database = new Database(backend, Serving, Faults, TimeProvider.System);
        Matches = new MatchTable(Database);
        Predictions = new PredictionTable(
            Database, new PredictionCache(new ServiceOptions(), Serving, TimeProvider.System, NullLogger<PredictionCache>.Instance));
        Feed = new FeedTable(Database);
        Settings = new SettingsTable(Database);
    }

    public FaultBoard Faults { get; } = new();

    public ServiceMetrics Serving { get; }

    public Database Database { get; }

    public MatchTable Matches { get; }

    public PredictionTable Predictions { get; }

    public FeedTable Feed { get; }

    public SettingsTable Settings { get; }

    public static async Task<StoreUnderTest> SqliteAsync()
    {
        TemporaryDirectory directory = new();
        return await CreateAsync(new SqliteBackend(directory.File("football.db")), directory);
    }

    public static async Task<StoreUnderTest> PostgresAsync(string connectionString) =>
        await CreateAsync(new PostgresBackend(connectionString), null);

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _directory?.Dispose();
    }

    private static async Task<StoreUnderTest> CreateAsync(ISqlBackend backend, TemporaryDirectory? directory)
    {
        StoreUnderTest store = new(backend, directory);
        await Schema.CreateAsync(store.Database, CancellationToken.None);

        // Every start creates what is missing, so a second time must do no harm.
        await Schema.CreateAsync(store.Database, CancellationToken.None);
        return store;
    }
}
