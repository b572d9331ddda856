using FootballPrediction.Feed;
using FootballPrediction.League;

namespace FootballPrediction.Storage;

/// <summary>Which messages came and what became of them; what data quality is measured from.</summary>
internal sealed class FeedTable(Database database)
{
    public Task SaveAsync(IEnumerable<(string Id, DateTimeOffset ReceivedAt, FeedVerdict Verdict)> messages, CancellationToken cancellationToken) =>
        database.ExecuteManyAsync(
            "save_feed_messages",
            "INSERT INTO feed_messages (id, received_at, verdict) VALUES (@id, @received_at, @verdict) ON CONFLICT (id) DO NOTHING",
            messages.Select(message => new SqlValue[]
            {
                new("id", message.Id),
                new("received_at", message.ReceivedAt.ToUnixTimeMilliseconds()),
                new("verdict", FeedVerdicts.Label(message.Verdict)),
            }),
            cancellationToken);

    /// <summary>Those of the messages that came before.</summary>
    public async Task<HashSet<string>> FindSeenAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        List<string> seen = await database.QueryKeysAsync(
            "find_feed_messages", "SELECT id FROM feed_messages WHERE id IN", ids, reader => reader.GetString(0), cancellationToken);
        return [.. seen];
    }

    /// <param name="due">How long after the final whistle a result may take and still be in time.</param>
    public async Task<QualityCounts> CountAsync(
        string league, DateTimeOffset from, DateTimeOffset until, TimeSpan due, CancellationToken cancellationToken)
    {
        long dueAfterKickOff = (long)(Match.Duration + due).TotalMilliseconds;
        List<(int Ended, int Known, int InTime)> matches = await database.QueryAsync(
            "count_results",
            """
            SELECT COUNT(*), COUNT(home_goals), COUNT(CASE WHEN received_at <= kick_off + @due THEN 1 END)
            FROM matches WHERE league = @league AND kick_off >= @from_time AND kick_off <= @until_time - @due
            """,
            [
                new("league", league),
                new("due", dueAfterKickOff),
                new("from_time", from.ToUnixTimeMilliseconds()),
                new("until_time", until.ToUnixTimeMilliseconds()),
            ],
            reader => ((int)reader.GetInt64(0), (int)reader.GetInt64(1), (int)reader.GetInt64(2)),
            cancellationToken);
        List<(int All, int Usable)> messages = await database.QueryAsync(
            "count_feed_messages",
            """
            SELECT COUNT(*), COUNT(CASE WHEN verdict IN ('accepted', 'corrected', 'duplicate') THEN 1 END)
            FROM feed_messages WHERE received_at >= @from_time AND received_at <= @until_time
            """,
            [new("from_time", from.ToUnixTimeMilliseconds()), new("until_time", until.ToUnixTimeMilliseconds())],
            reader => ((int)reader.GetInt64(0), (int)reader.GetInt64(1)),
            cancellationToken);
        return new QualityCounts(matches[0].Ended, matches[0].Known, matches[0].InTime, messages[0].All, messages[0].Usable);
    }

    public Task DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            "prune_feed_messages",
            "DELETE FROM feed_messages WHERE received_at < @before",
            [new("before", before.ToUnixTimeMilliseconds())],
            cancellationToken);
}
