using FootballPrediction.Load;

namespace FootballPrediction.Tests.Load;

public sealed class CrowdTests
{
    [Fact]
    public async Task Users_ask_for_predictions_and_are_counted()
    {
        ServiceUnderTest service = new() { Options = new ServiceOptions { DaysPerMinute = 1 } };
        await service.InitializeAsync();
        try
        {
            using CancellationTokenSource stop = new();
            StringWriter output = new();
            Crowd crowd = new(new LoadOptions(service.Client.BaseAddress!, 100, 40, null, 1), service.Client, TextWriter.Synchronized(output), TimeProvider.System);
            Task running = crowd.RunAsync(stop.Token);
            await ServiceUnderTest.UntilAsync(() => Task.FromResult(crowd.Answers >= 150));
            await stop.CancelAsync();
            await running;

            string text = await service.MetricsAsync();
            Assert.InRange(MetricsText.Value(text, "active_users") ?? 0, 10, 21);
            Assert.True(MetricsText.Value(text, "prediction_requests_total{model_type=\"elo\",status=\"success\"}") > 0);
            Assert.True(MetricsText.Value(text, "prediction_requests_total{model_type=\"dixon_coles\",status=\"success\"}") > 0);
            Assert.Null(MetricsText.Value(text, "prediction_requests_total{model_type=\"elo\",status=\"error\"}"));
            Assert.Contains("the service answers", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("0 of them server errors", output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_service_that_is_down_is_noticed_once_and_waited_for()
    {
        using HttpClient client = new() { BaseAddress = new Uri("http://127.0.0.1:1") };
        using CancellationTokenSource stop = new();
        StringWriter output = new();
        Crowd crowd = new(new LoadOptions(client.BaseAddress, 50, 10, null, 1), client, TextWriter.Synchronized(output), TimeProvider.System);
        Task running = crowd.RunAsync(stop.Token);
        await ServiceUnderTest.UntilAsync(() => Task.FromResult(output.ToString().Contains("cannot be reached", StringComparison.Ordinal)));
        await Task.Delay(1500);
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        await running;

        Assert.Single(output.ToString().Split('\n'), line => line.Contains("cannot be reached", StringComparison.Ordinal));
        Assert.Equal(0, crowd.Answers);
    }
}
