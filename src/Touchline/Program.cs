Console.WriteLine("Touchline");
