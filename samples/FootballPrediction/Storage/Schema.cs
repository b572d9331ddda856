namespace FootballPrediction.Storage;

/// <summary>The tables. Times are Unix milliseconds of the league's clock.</summary>
internal static class Schema
{
    private static readonly string[] Statements =
    [
        """
        CREATE TABLE IF NOT EXISTS matches (
            id TEXT PRIMARY KEY,
            league TEXT NOT NULL,
            season TEXT NOT NULL,
            kick_off BIGINT NOT NULL,
            home TEXT NOT NULL,
            away TEXT NOT NULL,
            home_goals INTEGER,
            away_goals INTEGER,
            received_at BIGINT)
        """,
        "CREATE INDEX IF NOT EXISTS matches_by_league ON matches (league, kick_off)",
        """
        CREATE TABLE IF NOT EXISTS predictions (
            id TEXT PRIMARY KEY,
            created_at BIGINT NOT NULL,
            by_service INTEGER NOT NULL,
            match_id TEXT,
            league TEXT NOT NULL,
            home TEXT NOT NULL,
            away TEXT NOT NULL,
            model TEXT NOT NULL,
            home_mean DOUBLE PRECISION NOT NULL,
            away_mean DOUBLE PRECISION NOT NULL,
            rho DOUBLE PRECISION NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS predictions_by_age ON predictions (by_service, created_at)",
        """
        CREATE TABLE IF NOT EXISTS feed_messages (
            id TEXT PRIMARY KEY,
            received_at BIGINT NOT NULL,
            verdict TEXT NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS feed_messages_by_age ON feed_messages (received_at)",
        "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ];

    public static async Task CreateAsync(Database database, CancellationToken cancellationToken)
    {
        foreach (string statement in Statements)
        {
            await database.ExecuteAsync("create_schema", statement, [], cancellationToken);
        }
    }
}
