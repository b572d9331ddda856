using System.Data.Common;
using System.Globalization;
using FootballPrediction.Evaluation;
using FootballPrediction.Feed;
using FootballPrediction.League;
using FootballPrediction.Metrics;
using FootballPrediction.Models;
using FootballPrediction.Storage;

namespace FootballPrediction.Simulation;

/// <summary>
/// The service's heartbeat: moves the league's clock, takes in what the feed has, and refits, forecasts, evaluates and
/// prunes when there is something to. A database that is away costs turns, never messages: they stay due.
/// </summary>
internal sealed class SeasonLoop(
    ServiceOptions options,
    Database database,
    MatchTable matches,
    PredictionTable predictions,
    FeedTable feed,
    SettingsTable settings,
    FeedIngester ingester,
    ModelFitter fitter,
    Forecaster forecaster,
    Evaluator evaluator,
    ServiceMetrics metrics,
    LeagueClock clock,
    FeedStatus status,
    TimeProvider time,
    ILogger<SeasonLoop> logger) : BackgroundService
{
    private const string ClockSetting = "league_time";
    private const string SeedSetting = "seed";
    private const int AnswersKept = 50_000;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    // In league time.
    private static readonly TimeSpan BetweenSaves = TimeSpan.FromHours(6);
    private static readonly TimeSpan BetweenFits = TimeSpan.FromDays(3);
    private static readonly TimeSpan BetweenForecasts = TimeSpan.FromDays(1);
    private static readonly TimeSpan BetweenPrunings = TimeSpan.FromDays(30);
    private static readonly TimeSpan MatchesKept = TimeSpan.FromDays(1000);
    private static readonly TimeSpan MessagesKept = TimeSpan.FromDays(90);

    // In real time: without a simulation nothing but an import changes anything.
    private static readonly TimeSpan BetweenLooksWithoutSimulation = TimeSpan.FromSeconds(10);

    private SimulatedSeasons? _seasons;
    private int _newResults;
    private DateTimeOffset _lastSave;
    private DateTimeOffset _lastFit;
    private DateTimeOffset _lastForecast;
    private DateTimeOffset _lastPruning;
    private DateTimeOffset _lastEvaluation;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The listener starts while the loop prepares; /health/ready says when both are there.
        await Task.Yield();
        bool prepared = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan pause = options.Simulate ? Turn : BetweenLooksWithoutSimulation;
            try
            {
                if (!prepared)
                {
                    await PrepareAsync(stoppingToken);
                    prepared = true;
                }

                await TurnAsync(stoppingToken);
                if (status.Problem is not null)
                {
                    logger.LogInformation("The season goes on");
                }

                status.TurnSucceeded();
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                // The service goes on answering from what it knows; /health/ready says that the feed has become stale.
                if (status.Problem != error.Message)
                {
                    bool expected = error is DbException or IOException or TimeoutException;
                    logger.LogError(expected ? null : error, "The season waits: {Reason}", error.Message);
                }

                status.TurnFailed(error.Message);
                pause = RetryAfter;
            }

            await Task.Delay(pause, time, stoppingToken);
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        await Schema.CreateAsync(database, cancellationToken);
        if (options.Simulate)
        {
            await ResumeSimulationAsync(cancellationToken);
        }

        int leagues = await fitter.RefitAsync(cancellationToken);
        _lastFit = clock.Now;
        logger.LogInformation(
            "Models of {Leagues} league(s) fitted, ready after {Milliseconds:0} ms; in the league it is {Now:yyyy-MM-dd HH:mm}",
            leagues, time.GetElapsedTime(started).TotalMilliseconds, clock.Now);
    }

    private async Task ResumeSimulationAsync(CancellationToken cancellationToken)
    {
        string seed = options.Seed.ToString(CultureInfo.InvariantCulture);
        string? knownSeed = await settings.FindAsync(SeedSetting, cancellationToken);
        string? knownTime = await settings.FindAsync(ClockSetting, cancellationToken);
        if (knownSeed is not null && knownSeed != seed)
        {
            logger.LogWarning("The data holds the league of seed {Known}; going on with that one, not with {Asked}", knownSeed, seed);
        }

        int leagueSeed = knownSeed is null ? options.Seed : int.Parse(knownSeed, CultureInfo.InvariantCulture);
        if (knownTime is not null)
        {
            DateTimeOffset reached = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(knownTime, CultureInfo.InvariantCulture));
            _seasons = SimulatedSeasons.Resume(leagueSeed, reached);
            clock.Simulate(reached);
            return;
        }

        _seasons = SimulatedSeasons.FromStart(leagueSeed);
        await matches.SaveAsync(
            _seasons.Archive.Select(match => match with { ResultReceivedAt = match.KickOff + Match.Duration }), cancellationToken);
        clock.Simulate(_seasons.Start);
        await settings.SaveAsync(SeedSetting, seed, cancellationToken);
    }

    private async Task TurnAsync(CancellationToken cancellationToken)
    {
        if (_seasons is not null)
        {
            await FollowFeedAsync(_seasons, cancellationToken);
        }

        DateTimeOffset now = clock.Now;
        metrics.LeagueTimeIs(now);
        if (_seasons is null || (_newResults > 0 && now - _lastFit >= BetweenFits))
        {
            int fitted = await fitter.RefitAsync(cancellationToken);
            _lastFit = now;
            _newResults = 0;
            if (fitted > 0)
            {
                _lastForecast = default;
            }
        }

        if (now - _lastForecast >= BetweenForecasts)
        {
            await forecaster.ForecastAsync(cancellationToken);
            _lastForecast = now;
        }

        if (now - _lastPruning >= BetweenPrunings && _seasons is not null)
        {
            await matches.DeleteBeforeAsync(HiddenLeague.Name, now - MatchesKept, cancellationToken);
            await predictions.PruneAsync(now - MatchesKept, AnswersKept, cancellationToken);
            await feed.DeleteBeforeAsync(now - MessagesKept, cancellationToken);
            _lastPruning = now;
        }
    }

    private async Task FollowFeedAsync(SimulatedSeasons seasons, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.Ahead(options.DaysPerMinute);
        IReadOnlyList<FeedDelivery> due = seasons.PeekDue(now);
        if (due.Count > 0)
        {
            _newResults += await ingester.IngestAsync(due, cancellationToken);
            seasons.RemoveDue(now);
        }

        // Saved after the messages: a crash in between gives them again, and the ingester knows them then.
        if (due.Count > 0 || now - _lastSave >= BetweenSaves)
        {
            string reached = now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            await settings.SaveAsync(ClockSetting, reached, cancellationToken);
            _lastSave = now;
        }

        clock.MoveTo(now);
        if (due.Count > 0 || now - _lastEvaluation >= BetweenForecasts)
        {
            QualityCounts counts = await feed.CountAsync(HiddenLeague.Name, now - DataQuality.Window, now, DataQuality.Due, cancellationToken);
            metrics.QualityMeasured(DataQuality.Of(counts));
            await evaluator.PublishAsync(cancellationToken);
            _lastEvaluation = now;
        }
    }
}
